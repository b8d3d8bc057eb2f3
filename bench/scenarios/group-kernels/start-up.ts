import { loadGroupKernel, ristretto255Module, sm2Module } from '@mixun/core/kernel'
import { workerInput, workerOutput } from '../../harness/worker.ts'

export interface StartUpInput {
  readonly kernel: 'ristretto255' | 'SM2'
}

/** What one kernel costs a process that has none yet. */
export interface StartUpOutput {
  /** Compile, check and fill the tables. */
  readonly loadMs: number
  readonly moduleBytes: number
  /** The kernel's own memory. */
  readonly memoryBytes: number
  /** Resident memory that the process has more of after the load. */
  readonly residentBytes: number
}

const { kernel: name } = workerInput<StartUpInput>()
const module = name === 'SM2' ? sm2Module : ristretto255Module
const residentBefore = process.memoryUsage.rss()
const start = performance.now()
const kernel = loadGroupKernel(module)
const loadMs = performance.now() - start
const output: StartUpOutput = {
  loadMs,
  moduleBytes: module.bytes,
  memoryBytes: kernel.memory.buffer.byteLength,
  residentBytes: process.memoryUsage.rss() - residentBefore,
}
workerOutput(output)
