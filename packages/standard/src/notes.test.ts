import { describe, expect, it } from 'vitest'
import { noteIn } from './notes.ts'
import { releases } from './releases.ts'

/** Every note of every release: what the standard's own pages show beside names. */
function notes(codesToo: boolean): string[] {
  const found = [...releases.values()].flatMap((release) => [
    ...[...release.entities.values()].flatMap((entity) => [
      entity.version,
      entity.confidence,
      ...entity.provenance,
      ...entity.fields.flatMap((field) => [...field.provenance, ...(field.note === undefined ? [] : [field.note])]),
    ]),
    ...[...release.dictionaries.values()].flatMap((dictionary) => [
      dictionary.status,
      ...(codesToo ? [...dictionary.codes.values()].flatMap(({ note }) => (note === undefined || note === '' ? [] : [note])) : []),
    ]),
  ])
  return [...new Set(found)]
}

describe('notes of the standard', () => {
  it('are all there in Chinese, those of codes too', () => {
    expect(notes(true).length).toBeGreaterThan(400)
    expect(notes(true).filter((note) => !noteIn('zh', note).whole)).toEqual([])
  })

  it('of tables, fields and dictionaries are all there in English', () => {
    expect(notes(false).filter((note) => !noteIn('en', note).whole)).toEqual([])
  })

  it('say in Chinese what is inferred wherever the data say so', () => {
    const inferred = notes(true).filter((note) => note.includes('inferred'))
    expect(inferred.length).toBeGreaterThan(20)
    expect(inferred.filter((note) => !noteIn('zh', note).text.includes('推定'))).toEqual([])
  })

  it('keep what a source says in Chinese, and the letters of the sources', () => {
    expect(noteIn('zh', 'added by the 2019 supplement (建市招函〔2019〕48号); 单位：天').text).toBe(
      '2019 年补充增加（建市招函〔2019〕48号）；单位：天',
    )
    expect(noteIn('en', 'added by the 2019 supplement (建市招函〔2019〕48号); 单位：天').text).toBe(
      'added by the 2019 supplement (建市招函〔2019〕48号); in days',
    )
    expect(noteIn('zh', 'national (2014: JS+WX; 2018: WX20)').text).toBe('国家代码（2014 年：江苏 JS、无锡 WX；2018 年：无锡 2020 WX20）')
    expect(noteIn('zh', 'length repaired (15 in the source)').text).toBe('长度已修正（来源为 15）')
  })

  it('of a release that came later stay as they are, and say that they are not translated', () => {
    expect(noteIn('zh', 'key inferred; a word of tomorrow')).toEqual({ text: '主键为推定；a word of tomorrow', whole: false })
  })
})
