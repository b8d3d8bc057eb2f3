export { attestTable, needsAttestation, tablesToAttest } from './attest.ts'
export { checkClosing, CLOSING_PARAMETERS, CLOSING_PROTOCOL, closingOpeningCodec } from './closing.ts'
export { Connections, type Endpoint, WEB_SOCKET_SCHEME } from './connections.ts'
export { Consortium, ledgerAnchor } from './consortium.ts'
export { keepFork, requireNoFork } from './fork-evidence.ts'
export { advanceInFile } from './large-tables.ts'
export { MAX_ROWS_IN_MEMORY, TableStore } from './tables.ts'
export { encodePublicList, type PublicListEntry } from './public-list.ts'
export {
  commitmentAt,
  commitmentOf,
  intentContext,
  jointCommitmentOf,
  jointStatementOf,
  ledgerVerifiers,
  recordedVersion,
} from './verifiers.ts'
