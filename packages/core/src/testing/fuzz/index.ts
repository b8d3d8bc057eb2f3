export { describeFuzz, FUZZ_FRAMES, type FuzzOptions } from './describe-fuzz.ts'
export { fuzzCodec, type FuzzCounts, type FuzzedCodec, fuzzedRecord } from './fuzz-codec.ts'
