export { Transcript } from './transcript.ts'
