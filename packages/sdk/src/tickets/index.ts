export {
  recordNotice,
  type TicketAnswer,
  ticketAnswerCodec,
  ticketAnswerDigest,
  type TicketContent,
  ticketCommitment,
  ticketContentCodec,
} from './messages.ts'
export { receiveTicket, serveTicket, TICKETS_PARAMETERS, TICKETS_PROTOCOL } from './protocol.ts'
export { type DisputedRecord, type Notice, Tickets } from './tickets.ts'
