import { join } from 'node:path'
import { codecs, elsewhere } from './codecs.ts'
import { describeFuzz, FUZZ_FRAMES } from '@mixun/core/testing/fuzz'

describeFuzz({ source: join(import.meta.dirname, '..'), codecs, elsewhere, frames: FUZZ_FRAMES.long })
