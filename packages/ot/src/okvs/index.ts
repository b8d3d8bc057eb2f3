export { decodeOkvsBytes, encodeOkvsBytes } from './codec.ts'
export { decodeOkvs, encodeOkvs, type Okvs, type OkvsItems } from './okvs.ts'
export {
  OKVS_KEY_BYTES,
  type OkvsParameters,
  okvsBytes,
  okvsColumns,
  okvsRandomBand256,
} from './params.ts'
