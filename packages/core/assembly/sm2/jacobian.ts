// Runs of doublings in Jacobian coordinates (x = X/Z², y = Y/Z³), where one takes three products and five squares and not
// ten and three: "dbl-2001-b" of Bernstein for a = −3. For points other than the identity, which no doubling gives in a
// group of prime order: conversion would lose its Y.
import { NUMBER_BYTES, numberAdd, numberSubtract } from '../common/limbs'
import { fieldCarry } from './field'
import { fieldMultiply } from './field-multiply'
import { fieldSquare } from './field-square'
import { WORK_LAW } from './memory'
import { Y, Z } from './point'

const DELTA: usize = WORK_LAW
const GAMMA: usize = DELTA + NUMBER_BYTES
const BETA: usize = GAMMA + NUMBER_BYTES
const ALPHA: usize = BETA + NUMBER_BYTES
const SUM: usize = ALPHA + NUMBER_BYTES

/** p = 2^count · p, in homogeneous coordinates before and after, for a p that is not the identity. */
export function doubleTimes(p: usize, count: i32): void {
  fieldSquare(SUM, p + Z)
  fieldMultiply(p, p, p + Z)
  fieldMultiply(p + Y, p + Y, SUM)
  for (let i = 0; i < count; i++) double(p)
  fieldMultiply(p, p, p + Z)
  fieldSquare(SUM, p + Z)
  fieldMultiply(p + Z, SUM, p + Z)
}

/** p = 2 · p in Jacobian coordinates. */
function double(p: usize): void {
  fieldSquare(DELTA, p + Z)
  fieldSquare(GAMMA, p + Y)
  fieldMultiply(BETA, p, GAMMA)
  numberSubtract(ALPHA, p, DELTA)
  numberAdd(SUM, p, DELTA)
  fieldMultiply(ALPHA, ALPHA, SUM)
  fieldCarry(ALPHA, ALPHA, 3)
  numberAdd(SUM, p + Y, p + Z)
  fieldSquare(SUM, SUM)
  numberSubtract(SUM, SUM, GAMMA)
  numberSubtract(SUM, SUM, DELTA)
  fieldCarry(p + Z, SUM, 1)
  // 4 · β from here on, as a sum of two; X = α² − 8 · β.
  fieldCarry(BETA, BETA, 2)
  numberAdd(BETA, BETA, BETA)
  fieldSquare(SUM, ALPHA)
  numberSubtract(SUM, SUM, BETA)
  numberSubtract(SUM, SUM, BETA)
  fieldCarry(p, SUM, 1)
  // Y = α · (4 · β − X) − 8 · γ²
  numberSubtract(BETA, BETA, p)
  fieldMultiply(BETA, ALPHA, BETA)
  numberAdd(GAMMA, GAMMA, GAMMA)
  fieldSquare(GAMMA, GAMMA)
  numberSubtract(BETA, BETA, GAMMA)
  numberSubtract(BETA, BETA, GAMMA)
  fieldCarry(p + Y, BETA, 1)
}
