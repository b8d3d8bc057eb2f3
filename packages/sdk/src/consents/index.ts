export { Consents, type ConsentTerms, RegisteredConsent } from './consents.ts'
