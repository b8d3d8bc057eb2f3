export { type ConsentId, Consents, type ConsentTerms } from './consents.ts'
