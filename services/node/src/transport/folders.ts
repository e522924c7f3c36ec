import { isAbsolute } from 'node:path'
import type { ConfigMistake } from '../config.ts'

/** A pair of folders in which a node below lays its requests. */
export interface Folder {
  /** For people: which node below. */
  readonly name: string
  /** Directory with `in` (requests arrive) and `out` (answers are carried away). */
  readonly path: string
}

/** Reads the JSON of HUIJIAO_FOLDERS; adds what is wrong with it to `mistakes`. */
export function readFolders(json: string, mistakes: ConfigMistake[]): Folder[] {
  const setting = 'HUIJIAO_FOLDERS'
  let list: unknown
  try {
    list = JSON.parse(json)
  } catch {
    list = undefined
  }
  if (!Array.isArray(list)) {
    mistakes.push({ setting, zh: '须为 JSON 数组', en: 'must be a JSON array' })
    return []
  }
  const paths = new Set<unknown>()
  return list.flatMap((item: unknown, position): Folder[] => {
    const { name, path, ...more } = (typeof item === 'object' && item !== null ? item : {}) as Record<string, unknown>
    const wrong = (zh: string, en: string) => {
      mistakes.push({ setting: `${setting}[${position}]`, zh, en })
      return []
    }
    if (Object.keys(more).length > 0) return wrong(`没有成员 ${Object.keys(more)[0]}`, `has no member ${Object.keys(more)[0]}`)
    if (typeof name !== 'string' || name === '') return wrong('缺 name', 'has no name')
    if (typeof path !== 'string' || !isAbsolute(path)) return wrong('path 须为绝对路径', 'path must be absolute')
    if (paths.has(path)) return wrong(`path ${path} 重复`, `path ${path} occurs twice`)
    paths.add(path)
    return [{ name, path }]
  })
}
