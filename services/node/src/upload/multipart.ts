import { createHash } from 'node:crypto'
import { PassThrough, type Readable } from 'node:stream'
import { Busboy, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy'
import { type BodyOptions, claimOf, discardBody, type ReceivedBody, receiveBody } from '@huijiao/exchange'
import { Problem } from '@huijiao/problem'
import { envelopeField, type FileParams, formField, invalid, sentFileOf } from './file-params.ts'

/** What a form may hold around its file. */
const limits = { files: 1, fields: 20, parts: 21, fieldSize: 16 * 1024, fieldNameSize: 100, headerPairs: 20 } as const

/** Files of a form that bring an envelope of their own, by their ending. */
const withEnvelope: Readonly<Record<string, string>> = {
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  jsonl: 'application/x-ndjson',
}

/**
 * Reads a `multipart/form-data` body: one file, and the fields that say what a query would say, before or after it. What the receipt's
 * digest names is the file, because a form's boundary is another each time; `Content-Digest` covers the body as it is sent.
 * @param query what the query says; a field says it louder
 * @throws Problem as `receiveBody`; parameter-invalid, request-malformed
 */
export async function receiveForm(
  stream: Readable,
  query: FileParams,
  keepUntil: Date | null,
  options: Omit<BodyOptions, 'file'>,
): Promise<ReceivedBody> {
  if (options.contentEncoding !== undefined && options.contentEncoding !== 'identity')
    throw new Problem('encoding-unsupported', { zh: '表单上传不压缩', en: 'A form is sent without a content encoding' })
  const parser = formParser(options.contentType as string)
  const fields: FileParams[] = [query]
  const said = new Set<string>()
  let file: { name: string; body: Promise<ReceivedBody> } | null = null
  const finished = new Promise<void>((resolve, reject) => {
    parser.on('file', (_field, content, name, _encoding, mediaType) => {
      if (file !== null) return void content.resume()
      const own = withEnvelope[/\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '']
      const received = receiveBody(content, {
        ...options,
        contentType: own ?? mediaType,
        contentEncoding: undefined,
        claimedDigest: null,
        ...(own === undefined ? { file: sentFileOf([{ name }], undefined, null) } : {}),
      })
      file = { name, body: received }
      received.catch(reject)
    })
    parser.on('field', (name, value, nameCut, valueCut) => {
      try {
        if (nameCut || valueCut) throw invalid(`${name} 过长`, `${name} is too long`)
        if (name === 'envelope') fields.push(envelopeField(value))
        else {
          if (said.has(name)) throw invalid(`${name} 写了两次`, `${name} is said twice`) // which of the two was meant?
          said.add(name)
          formField(name, value)
          fields.push({ [name]: value })
        }
      } catch (error) {
        reject(error as Error)
      }
    })
    parser.on('filesLimit', () => reject(invalid('一次只能上传一个文件', 'One file at a time')))
    parser.on('fieldsLimit', () => reject(invalid('表单字段过多', 'The form has too many fields')))
    parser.on('partsLimit', () => reject(invalid('表单部分过多', 'The form has too many parts')))
    parser.on('finish', () => resolve())
    parser.on('error', (error: unknown) => reject(formBroken(error)))
    stream.on('error', reject)
  })
  const claimed = claimOf(options.claimedDigest)
  const hash = createHash(claimed?.name === 'sha-512' ? 'sha512' : 'sha256')
  const wire = new PassThrough()
  wire.on('data', (chunk: Buffer) => hash.update(chunk))
  wire.pipe(parser)
  stream.pipe(wire)
  try {
    await finished
    const given = file as { name: string; body: Promise<ReceivedBody> } | null
    if (given === null) throw invalid('表单中没有文件', 'There is no file in the form')
    const body = await given.body
    claimed?.hold(hash.digest())
    if (body.file === undefined) return body
    return { ...body, file: sentFileOf([{ name: given.name }, ...fields], undefined, keepUntil) }
  } catch (error) {
    stream.unpipe(wire)
    wire.unpipe(parser)
    parser.destroy()
    const given = file as { body: Promise<ReceivedBody> } | null
    await given?.body.then(discardBody, () => undefined)
    throw error
  }
}

function formParser(contentType: string): BusboyInstance {
  try {
    return new Busboy({ headers: { 'content-type': contentType } as BusboyHeaders, limits })
  } catch (error) {
    throw formBroken(error)
  }
}

const formBroken = (error: unknown): Problem =>
  error instanceof Problem
    ? error
    : new Problem(
        'request-malformed',
        { zh: '表单（multipart/form-data）不完整或没有 boundary', en: 'The form is incomplete or has no boundary' },
        { cause: error },
      )
