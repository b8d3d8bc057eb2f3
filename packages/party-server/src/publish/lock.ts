import { fail } from '@mixun/core/errors'
import { type Home, takeLock } from '@mixun/sdk/home'

/** Holds the home's publishing lock until disposed. @throws ERR_PUBLISH_BUSY */
export function lockPublishing(home: Home): Disposable {
  return (
    takeLock(home.paths.publishLock) ?? fail('ERR_PUBLISH_BUSY', `another publish is running in ${home.root}`)
  )
}
