export { isInnerFrame, LONGEST_PREFIX_BYTES } from './codec.ts'
export { RecordType } from './messages.ts'
export { RECORD_OVERHEAD_BYTES } from './records.ts'
export {
  InitiatorLink,
  type Link,
  ResponderLink,
} from './run.ts'
export { InitiatorTickets, ResponderTickets } from './tickets.ts'
