import { readdirSync, readFileSync } from 'node:fs'
import { Application, Converter, ReflectionKind } from 'typedoc'

const root = new URL('../../', import.meta.url)

/** Import paths by entry file, from the root of the workspace. */
export function importPaths() {
  const paths = new Map()
  for (const folder of readdirSync(new URL('packages/', root))) {
    const manifest = JSON.parse(readFileSync(new URL(`packages/${folder}/package.json`, root), 'utf8'))
    for (const [subpath, target] of Object.entries(manifest.exports)) {
      const file = target?.default ?? target ?? ''
      if (file.endsWith('.ts'))
        paths.set(`packages/${folder}/${file.slice(2)}`, manifest.name + subpath.slice(1))
    }
  }
  return paths
}

/** Names modules as they are imported, and reports exported symbols without a doc comment. */
export function load(app) {
  // typedoc names a module after its file, without index.ts.
  const paths = new Map([...importPaths()].map(([file, path]) => [file.replace(/(\/index)?\.ts$/, ''), path]))
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.getReflectionsByKind(ReflectionKind.Module)) {
      module.name = paths.get(module.name) ?? module.name
    }
  })
  app.on(Application.EVENT_VALIDATE_PROJECT, project => {
    for (const module of project.getReflectionsByKind(ReflectionKind.Module)) {
      for (const symbol of module.children ?? []) {
        const documented = symbol.hasComment() || symbol.signatures?.some(each => each.hasComment())
        if (!documented && !symbol.isReference()) {
          app.logger.validationWarning(`${module.name}: ${symbol.name} has no doc comment`)
        }
      }
    }
  })
}
