export { Consortium, ledgerAnchor } from './consortium.ts'
export { keepFork } from './fork-evidence.ts'
export { encodePublicList, type PublicListEntry } from './public-list.ts'
export { commitmentOf, intentContext, ledgerVerifiers } from './verifiers.ts'
