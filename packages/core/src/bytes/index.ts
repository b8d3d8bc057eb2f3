export {
  compareBytes,
  concat,
  equalConstantTime,
  fromHex,
  fromUtf8,
  i2osp,
  toHex,
  utf8,
  wipe,
} from './bytes.ts'
