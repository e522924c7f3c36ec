import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { Readable } from 'node:stream'
import { createGzip, createZstdCompress } from 'node:zlib'
import { type FileKind, sniffKind, xlsxMediaType } from '@huijiao/files'
import { defaultPatience, type RequestBody, send } from '../http/send.ts'
import { readOutcomes } from '../outcomes.ts'
import type { RecordOutcome } from '../receipt.ts'
import { type Compression, dryRun, submit } from '../submit.ts'
import { usage } from '../user-error.ts'
import { sizeOfTable, type TableWords, withFile } from '../validate/table-file.ts'
import { uuidOf } from './chunk.ts'
import type { Envelope } from './input.ts'
import type { PushOptions, PushResult, PushWatcher } from './push-file.ts'
import type { Refusal } from './refused.ts'
import { appendDurably, receiptsPath } from './state.ts'
import { followedBytes, refuseCancelled } from './storing.ts'

/** Where the workbook with the problems of a pushed file goes. */
export const problemsPath = (path: string) => `${path}.problems.xlsx`

const mediaTypes: Readonly<Record<FileKind, string>> = { csv: 'text/csv', xlsx: xlsxMediaType, xml: 'application/xml' }

/**
 * Pushes a file of rows (CSV, Excel, XML) as it is: the node reads it, so that its receipt names the digest of this very file. One file is one
 * submission, whose id is made from the file and from what is said around it; pushed again it gets the same receipt, so there is no state to
 * keep. What is refused comes back as a workbook with the faulty cells marked.
 * @throws UserError (usage, unreachable), NodeProblem
 */
export async function pushTable(path: string, words: TableWords, options: PushOptions, watcher: PushWatcher): Promise<PushResult> {
  const size = await sizeOfTable(path)
  const kind = await withFile(path, () => sniffKind({ bytes: null, path }, { name: basename(path) }))
  const said: Record<string, string> = {
    ...saidOf(options.envelope, (await stat(path)).mtime),
    name: basename(path),
    ...(words as Readonly<Record<string, string>>),
  }
  const body = await bodyOf(path, size, mediaTypes[kind], kind === 'xlsx' ? 'none' : options.compression)
  const id = uuidOf(
    createHash('sha256')
      .update(`huijiao push file 1\n${JSON.stringify(Object.entries(said).toSorted(([a], [b]) => (a < b ? -1 : 1)))}\n`)
      .update(body.fileDigest)
      .digest(),
  )
  const query = { ...said, id }
  const common = { to: options.to, mode: options.mode, query, body: body.request, ...given(options) }
  if (options.dryRun) {
    const answer = await dryRun(common)
    const refused = (answer.records ?? []).filter((record) => record.outcome === 'refused')
    tellOf(watcher, refused, answer.counts, size)
    const file = refused.length === 0 ? null : await dryWorkbook(path, options, query, body.request)
    return resultOf(path, id, answer.counts, file, null)
  }
  const { receipt } = await submit({
    ...common,
    id,
    trust: options.trust,
    respondAsync: options.mode === 'partial' && size > followedBytes,
    onWaiting: (now) => watcher.storing?.(id, { from: 0, to: size, total: size }, now, { submissions: 0, counts: {}, unsent: 0 }),
  })
  await appendDurably(receiptsPath(path), `${JSON.stringify(receipt)}\n`)
  refuseCancelled(receipt, path)
  const outcomes = receipt.counts.refused === 0 ? [] : await readOutcomes(options.to, receipt, options.patience, options.signal)
  tellOf(
    watcher,
    outcomes.filter((record) => record.outcome === 'refused'),
    receipt.counts,
    size,
  )
  const file = receipt.counts.refused === 0 ? null : await problemWorkbook(path, options, `/v1/submissions/${id}/problems?format=xlsx`)
  return resultOf(path, id, receipt.counts, file, receiptsPath(path))
}

function given(options: PushOptions) {
  return {
    ...(options.patience === undefined ? {} : { patience: options.patience }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  }
}

/** The envelope as the query of an upload says it. @throws UserError when nobody answers for the file */
function saidOf(envelope: Envelope, modifiedAt: Date): Record<string, string> {
  const { standard = '2018', producedAt = modifiedAt.toISOString(), responsible, legacy } = envelope
  if (responsible === undefined) {
    throw usage('缺少报送单位和责任人', 'the unit and the person who answer for the submission are missing', {
      zh: '用 --responsible-unit 和 --responsible-name 给出',
      en: 'give --responsible-unit and --responsible-name',
    })
  }
  const { unit, name, account } = responsible
  return {
    standard,
    producedAt,
    responsibleUnit: unit,
    responsibleName: name,
    ...(account === undefined ? {} : { responsibleAccount: account }),
    ...(legacy === true ? { legacy: 'true' } : {}),
  }
}

/** A body that streams from the disk, read once before for its digests. */
async function bodyOf(
  path: string,
  size: number,
  contentType: string,
  compression: Compression,
): Promise<{ request: RequestBody; fileDigest: Buffer }> {
  const plain = () => createReadStream(path, { highWaterMark: 1024 * 1024, end: size - 1 })
  const open = () => {
    const file = plain()
    const sent = compression === 'gzip' ? file.pipe(createGzip()) : compression === 'zstd' ? file.pipe(createZstdCompress()) : file
    if (sent !== file) file.on('error', (error) => sent.destroy(error))
    return sent
  }
  const digest = async (stream: Readable) => {
    const hash = createHash('sha256')
    for await (const piece of stream) hash.update(piece as Buffer)
    return hash.digest()
  }
  const fileDigest = await digest(plain())
  const request: RequestBody = {
    contentType,
    contentEncoding: compression === 'none' ? null : compression,
    sha256: compression === 'none' ? fileDigest : await digest(open()),
    content: () => Readable.toWeb(open()) as ReadableStream<Uint8Array>,
  }
  return { request, fileDigest }
}

function tellOf(watcher: PushWatcher, refused: readonly RecordOutcome[], counts: Readonly<Record<string, number>>, size: number): void {
  const refusals = refused.map((outcome): Refusal => ({
    line: outcome.problems?.[0]?.place?.row ?? null,
    index: outcome.index,
    entity: outcome.entity,
    sourceId: outcome.sourceId,
    text: '',
    problems: outcome.problems ?? [],
  }))
  watcher.refusals(refusals)
  watcher.progress(size, size, { submissions: 1, counts, unsent: 0 })
}

async function problemWorkbook(path: string, options: PushOptions, address: string): Promise<string> {
  const { body } = await send(
    options.to,
    { method: 'GET', path: address, headers: { accept: xlsxMediaType } },
    options.patience ?? defaultPatience,
    options.signal,
  )
  await writeFile(problemsPath(path), body)
  return problemsPath(path)
}

async function dryWorkbook(
  path: string,
  options: PushOptions,
  query: Readonly<Record<string, string>>,
  body: RequestBody,
): Promise<string> {
  const mode = options.mode === 'atomic' ? { mode: 'atomic' } : {}
  const address = `/v1/submissions?${new URLSearchParams({ dryRun: 'true', format: 'xlsx', ...mode, ...query })}`
  const answer = await send(options.to, { method: 'POST', path: address, body }, options.patience ?? defaultPatience, options.signal)
  await writeFile(problemsPath(path), answer.body)
  return problemsPath(path)
}

function resultOf(
  path: string,
  id: string,
  counts: Readonly<Record<string, number>>,
  refusedFile: string | null,
  receiptsFile: string | null,
): PushResult {
  return { file: path, ids: [id], submissions: 1, counts: { ...counts }, unsent: 0, refusedFile, receiptsFile }
}
