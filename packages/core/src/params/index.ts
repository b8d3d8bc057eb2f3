export { defineParameters, type ParameterSet, requireSecure, type SecurityLevel } from './params.ts'
