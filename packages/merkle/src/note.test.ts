import fc from 'fast-check'
import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { flipped } from '../test/reference.ts'
import {
  emptyRoot,
  formatCheckpoint,
  logOrigin,
  openNote,
  parseCheckpoint,
  parseLogOrigin,
  parseVerifierKey,
  publicKeyObject,
  rawPublicKey,
  signNote,
  splitNote,
  verifierKey,
} from './index.ts'

vi.setConfig({ testTimeout: 60_000 }) // computes much; a busy machine is no failure

const published = JSON.parse(readFileSync(new URL('../test/vectors/c2sp.json', import.meta.url), 'utf8')) as {
  note: { verifierKey: string; text: string; note: string }
  noteWithEmptyLines: string
  checkpoint: { note: string; origin: string; size: number; root: string }
}
const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const name = '370100.example'
const key = verifierKey(name, rawPublicKey(publicKey))
const note = signNote('第一行\n\n末行\n', { name, keyObject: privateKey })

describe('signed note', () => {
  it('opens the example of the specification and reads its key', () => {
    const { note, text, verifierKey: example } = published.note
    expect(openNote(note, [example])).toEqual({ text, verified: ['example.com/foo'] })
    const { name, publicKey } = parseVerifierKey(example)
    expect(verifierKey(name, publicKey)).toBe(example)
  })

  it('ends the text at the last empty line', () => {
    expect(splitNote(published.noteWithEmptyLines).text).toBe(
      'Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n',
    )
  })

  it('opens what it signed, under keys among others, and by a key that went through its raw form', () => {
    const other = verifierKey('elsewhere', rawPublicKey(generateKeyPairSync('ed25519').publicKey))
    expect(openNote(note, [other, key])).toEqual({ text: '第一行\n\n末行\n', verified: [name] })
    expect(rawPublicKey(publicKeyObject(rawPublicKey(privateKey))).equals(rawPublicKey(publicKey))).toBe(true)
  })

  it('passes over signatures of keys it does not know, and names all that it knows', () => {
    const second = generateKeyPairSync('ed25519')
    const line = signNote('第一行\n\n末行\n', { name: 'witness', keyObject: second.privateKey }).split('\n\n').at(-1)
    expect(openNote(note + line, [key]).verified).toEqual([name])
    expect(openNote(note + line, [key, verifierKey('witness', rawPublicKey(second.publicKey))]).verified).toEqual([name, 'witness'])
  })

  it('does not open when any bit of it is turned', () => {
    const bytes = Buffer.from(note)
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const bent = flipped(bytes, bit).toString('utf8')
      expect(() => openNote(bent, [key]), `bit ${bit}`).toThrow(TypeError)
    }
  })

  it('does not open without a known key, with one of the same name, or when it is no note', () => {
    expect(() => openNote(note, [])).toThrow('no known key')
    expect(() => openNote(note, [verifierKey(name, rawPublicKey(generateKeyPairSync('ed25519').publicKey))])).toThrow('no known key')
    for (const text of [
      '',
      '\n',
      'a\n',
      'a\n\n',
      'a\n\n— x\n',
      'a\n\n— x !\n',
      'a\n\n- x AAAAAAAA\n',
      note.slice(0, -1),
      note.replace('第', '\t'),
      note + '\n',
    ]) {
      expect(() => openNote(text, [key]), JSON.stringify(text)).toThrow(TypeError)
    }
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void expect(() => openNote(text, [key])).toThrow(TypeError)))
  })

  it('takes no note apart that has control characters or is not UTF-8', () => {
    const line = note.split('\n\n').at(-1)
    expect(splitNote(`plain\n\n${line}`).text).toBe('plain\n')
    for (const text of ['tab\t\n', 'cr\r\n', 'nul\u0000\n', '\ud800\n'])
      expect(() => splitNote(`${text}\n${line}`), JSON.stringify(text)).toThrow(TypeError)
  })

  it('refuses to sign what would not be a note', () => {
    for (const text of ['', 'no newline', 'tab\t\n', 'cr\r\n', '\ud800\n'])
      expect(() => signNote(text, { name, keyObject: privateKey })).toThrow(TypeError)
    for (const bad of ['', 'a b', 'a+b', 'a\u3000b']) {
      expect(() => signNote('a\n', { name: bad, keyObject: privateKey })).toThrow(TypeError)
      expect(() => verifierKey(bad, rawPublicKey(publicKey))).toThrow(RangeError)
    }
    const ec = createPrivateKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }))
    expect(() => signNote('a\n', { name, keyObject: ec })).toThrow(TypeError)
  })

  it('refuses a verifier key that is not whole', () => {
    const [, id, material] = key.split('+') as [string, string, string]
    const typed = (type: number): string => Buffer.concat([Buffer.from([type]), rawPublicKey(publicKey)]).toString('base64')
    for (const bad of [
      '',
      name,
      `${name}+${id}`,
      `other+${id}+${material}`,
      `${name}+00000000+${material}`,
      `${name}+${id}+${typed(2)}`,
      `${name}+${id}+AQ==`,
      `${key} `,
    ]) {
      expect(() => parseVerifierKey(bad), bad).toThrow(TypeError)
    }
  })
})

describe('checkpoint', () => {
  it('reads the example of the specification and writes it again', () => {
    const { note, origin, size, root } = published.checkpoint
    const { text } = splitNote(note)
    const checkpoint = parseCheckpoint(text)
    expect(checkpoint).toEqual({ origin, size, root: Buffer.from(root, 'base64'), extensions: [] })
    expect(formatCheckpoint(checkpoint)).toBe(text)
  })

  it('keeps extension lines', () => {
    const checkpoint = { origin: 'o', size: 0, root: emptyRoot, extensions: ['one', 'two words'] }
    expect(parseCheckpoint(formatCheckpoint(checkpoint))).toEqual(checkpoint)
  })

  it('is refused when malformed', () => {
    const root = emptyRoot.toString('base64')
    const texts = [
      '',
      'o\n1\n',
      `\n1\n${root}\n`,
      `o\n01\n${root}\n`,
      `o\n-1\n${root}\n`,
      `o\n1e3\n${root}\n`,
      `o\n1\n${root.slice(1)}\n`,
      `o\n1\n${root}`,
      `o\n1\n${root}\n\n`,
      `o\n1\n${root}\n\nx\n`,
      `o\n99999999999999999999\n${root}\n`,
    ]
    const sloppy = `${root.slice(0, -2)}V=` // decodes to the same bytes, with spare bits set
    expect(Buffer.from(sloppy, 'base64').equals(emptyRoot)).toBe(true)
    texts.push(`o\n1\n${root}\nextension`, `o\n1\n${sloppy}\n`)
    for (const text of texts) expect(() => parseCheckpoint(text), JSON.stringify(text)).toThrow(TypeError)
    for (const bad of [{ origin: '' }, { origin: 'a\nb' }, { size: -1 }, { size: 1.5 }, { root: Buffer.alloc(31) }, { extensions: [''] }]) {
      expect(() => formatCheckpoint({ origin: 'o', size: 1, root: emptyRoot, extensions: [], ...bad })).toThrow(RangeError)
    }
  })

  it('names the node and its epoch in its origin', () => {
    const epoch = { number: 3, id: '9f2c01' }
    expect(logOrigin(name, epoch)).toBe('370100.example/epoch/3/9f2c01')
    expect(parseLogOrigin(logOrigin(name, epoch))).toEqual({ nodeName: name, epoch })
    for (const bad of ['', name, `${name}/epoch/0/a`, `${name}/epoch/1/`, `a/b/epoch/1/a`, `a b/epoch/1/a`])
      expect(parseLogOrigin(bad), bad).toBeNull()
    expect(() => logOrigin('a/b', epoch)).toThrow(RangeError)
    expect(() => logOrigin(name, { number: 0, id: 'a' })).toThrow(RangeError)
    expect(() => logOrigin(name, { number: 1, id: 'a/b' })).toThrow(RangeError)
  })
})
