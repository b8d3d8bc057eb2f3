export { WEB_SOCKET_SCHEME } from './connections.ts'
export { Consortium, ledgerAnchor } from './consortium.ts'
export { encodePublicList, type PublicListEntry } from './public-list.ts'
export { commitmentOf, intentContext, ledgerVerifiers } from './verifiers.ts'
