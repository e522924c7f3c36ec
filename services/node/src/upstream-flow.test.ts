import { describe, expect, it } from 'vitest'
import { type ConfigMistake } from './config.ts'
import { readFolders } from './transport/folders.ts'
import { readUpstreams } from './upstreams.ts'

const read = (more: Record<string, unknown>, tier: 'municipal' | 'national' = 'municipal') => {
  const mistakes: ConfigMistake[] = []
  const list = readUpstreams(JSON.stringify([{ name: '370000', url: 'https://hub.example', tier: 'provincial', ...more }]), tier, mistakes)
  return { one: list[0], mistakes: mistakes.map((mistake) => mistake.en), zh: mistakes.map((mistake) => mistake.zh) }
}
const publicKey = Buffer.alloc(32, 1).toString('base64')

describe('an upstream in the configuration', () => {
  it('carries everything, at any time, when nothing is said', () => {
    expect(read({}).one).toMatchObject({ entities: null, rules: null, sealed: 'text', flow: {}, passwordFile: null })
  })

  it('may be held to windows, a rate, a size, and divided into groups with a time of their own', () => {
    const groups = [
      { name: 'conduct', entities: ['TBCreditInfo'], every: '10m' },
      { name: 'rest', entities: ['*project'], windows: ['01:00-05:00'] },
    ]
    const { one, mistakes } = read({
      entities: ['TBProjectInfo', '*project'],
      rules: 'platform',
      windows: ['22:00-06:00'],
      rate: { bytes: 131072 },
      bodyBytes: 1048576,
      records: 200,
      groups,
    })
    expect(mistakes).toEqual([])
    expect(one).toMatchObject({
      entities: ['TBProjectInfo', '*project'],
      rules: 'platform',
      flow: { windows: ['22:00-06:00'], rate: { bytes: 131072 }, bodyBytes: 1048576, records: 200, groups },
    })
  })

  it('is told all of its mistakes at once, in both languages', () => {
    const { mistakes, zh } = read({
      entities: [],
      rules: 'Platform!',
      sealed: 'no',
      windows: ['25:00-06:00'],
      rate: { bytes: -1 },
      bodyBytes: 10,
      records: 5000,
      groups: [
        { name: 'a', entities: ['T'], every: '7m' },
        { name: 'a', windows: [] },
      ],
    })
    expect(mistakes).toHaveLength(11)
    expect(zh).toHaveLength(11)
    for (const part of [
      'entities',
      'rules',
      'sealed',
      'windows',
      'rate',
      'bodyBytes',
      'records',
      'groups[0].every',
      'groups[1].name a occurs twice',
      'groups[1] has no entities',
      'groups[1].windows',
    ])
      expect(mistakes.some((mistake) => mistake.includes(part))).toBe(true)
  })

  it('may be reached by folders, when its key is known beforehand', () => {
    expect(read({ url: 'folder:///data/ferry' }).mistakes).toEqual([
      'an upstream by folders needs publicKey: there is no first contact to learn it from',
    ])
    expect(read({ url: 'folder:///data/ferry', publicKey }).mistakes).toEqual([])
    expect(read({ url: 'folder://data/ferry', publicKey }).mistakes).toEqual(['a folder address must be folder:/// and an absolute path'])
  })

  it('may be front tables, whose password stands in a file, and to which sealed texts do not go unless that is said', () => {
    expect(read({ url: 'postgres://u:secret@h/d' }).mistakes).toEqual(['the password must not stand in the address; give passwordFile'])
    expect(read({ url: 'postgres://u@h/d', passwordFile: 'here' }).mistakes).toEqual([
      'passwordFile must be an absolute path, and goes with a postgres address',
    ])
    expect(read({ url: 'postgres://u@h/d?schema=zj', passwordFile: '/etc/p' }).one).toMatchObject({
      sealed: 'hash',
      passwordFile: '/etc/p',
    })
    expect(read({ url: 'postgres://u@h/d', sealed: 'text' }).one).toMatchObject({ sealed: 'text' })
    expect(read({ passwordFile: '/etc/p' }).mistakes).toHaveLength(1)
    expect(read({ url: 'ftp://h/d' }).mistakes).toHaveLength(1)
  })
})

describe('folders in the configuration', () => {
  const folders = (json: string) => {
    const mistakes: ConfigMistake[] = []
    return { list: readFolders(json, mistakes), mistakes: mistakes.map((mistake) => `${mistake.setting} ${mistake.en}`) }
  }
  it('have a name and an absolute path, each once', () => {
    expect(folders('[{"name":"370100","path":"/data/a"}]')).toEqual({ list: [{ name: '370100', path: '/data/a' }], mistakes: [] })
    expect(folders('{}').mistakes).toEqual(['HUIJIAO_FOLDERS must be a JSON array'])
    expect(
      folders('[{"path":"/a"},{"name":"b","path":"b"},{"name":"c","path":"/c"},{"name":"d","path":"/c"},{"name":"e","path":"/e","x":1}]')
        .mistakes,
    ).toEqual([
      'HUIJIAO_FOLDERS[0] has no name',
      'HUIJIAO_FOLDERS[1] path must be absolute',
      'HUIJIAO_FOLDERS[3] path /c occurs twice',
      'HUIJIAO_FOLDERS[4] has no member x',
    ])
  })
})
