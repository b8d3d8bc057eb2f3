export { binary, partyId, text, uint, unixMs } from './fields.ts'
export { Reader } from './reader.ts'
export { type RecordCodec, recordCodec } from './record.ts'
export { Writer } from './writer.ts'
