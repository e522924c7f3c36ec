import { type ShownStandard, findStandard, showStandards, signedStandard } from '@huijiao/exchange'
import { Problem } from '@huijiao/problem'
import {
  type Dictionary,
  type DictionaryCode,
  type Entity,
  type Release,
  entitySchema,
  releaseDigest,
  releaseDocument,
  releases as builtIn,
  schemaOf,
} from '@huijiao/standard'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'
import { optionalCaller } from '../plugins/participants.ts'
import { sendReleasePage, wantsPage } from './standards-pages.ts'
import { type RevisionQuery, servedRelease, unknownRelease } from './standards-served.ts'
import { codesDocs, documentDocs, listDocs, releaseDocs, schemaDocs } from './standards.docs.ts'

/** The standard as this node serves it: releases with their revisions, entities, dictionaries, schemas, and how complete each is. Open to all. */
export function standardRoutes(app: FastifyInstance, context: Context): void {
  app.get('/v1/standards', { schema: listDocs, onRequest: optionalCaller(context) }, async (request) => {
    const shown = await showStandards(context.hub)
    const { revisions } = context.hub.standards()
    return {
      releases: [...revisions.values()].map(({ release, since, digest }) => ({
        ...factsOf(release),
        digest: `sha-256:${digest.toString('hex')}`,
        since: since.toISOString(),
        revisions: shown.filter((one) => one.release === release.id && one.state !== 'not-served').map(describeRevision),
        incomplete: incompleteOf(release),
        entities: [...release.entities.values()].map((entity) => describeEntity(entity)),
        dictionaries: [...release.dictionaries.values()].map(describeDictionary),
      })),
      // What counts later is said as well when nothing of it counts yet.
      coming: shown.filter((one) => one.state === 'scheduled' && !revisions.has(one.release)).map(describeRevision),
      // An open request sees the standard; a participant also sees its own grant.
      ...(request.caller === null
        ? {}
        : { caller: { participant: request.caller.participantId, kind: request.caller.kind, regions: request.caller.regions } }),
    }
  })

  app.get<{ Params: { release: string }; Querystring: RevisionQuery }>(
    '/v1/standards/:release',
    { schema: releaseDocs },
    async (request, reply) => {
      const release = await servedRelease(context, request.params.release, request.query)
      reply.header('vary', 'accept')
      if (wantsPage(request)) return sendReleasePage(request, reply, release)
      const document = releaseDocument(release)
      const digest = digestOf(release)
      if (unchanged(request, reply, digest)) return reply.code(304).send()
      const shown = (await showStandards(context.hub)).find((one) => one.digest === digest)
      return {
        ...document,
        digest,
        ...(shown === undefined ? {} : { state: shown.state, since: shown.effectiveFrom, origin: shown.origin, signedBy: shown.signedBy }),
        incomplete: incompleteOf(release),
      }
    },
  )

  app.get<{ Params: { release: string }; Querystring: RevisionQuery }>(
    '/v1/standards/:release/document',
    { schema: documentDocs },
    async (request, reply) => {
      const { release, query } = { release: request.params.release, query: request.query }
      const name =
        query.revision === undefined ? inForceName(context, release) : await servedName(context, release, query.revision, query.issuer)
      const { text, digest } = await signedStandard(context.hub, name)
      if (unchanged(request, reply, digest)) return reply.code(304).send()
      return reply.type('application/json; charset=utf-8').send(text)
    },
  )

  app.get<{ Params: { release: string; file: string }; Querystring: RevisionQuery }>(
    '/v1/schemas/:release/:file',
    { schema: schemaDocs },
    async (request, reply) => {
      const { release: id, file } = request.params
      const release = await servedRelease(context, id, request.query)
      const entity = release.entities.get(file.endsWith('.json') ? file.slice(0, -'.json'.length) : '')
      if (entity === undefined) throw new Problem('not-found', { zh: '没有此标准版本或数据表', en: 'There is no such release or entity' })
      // The committed file for a release of this program; made here for one that was loaded.
      const schema = builtIn.get(id) === release ? schemaOf(id, entity.code) : entitySchema(entity, release.dictionaries)
      return reply.type('application/schema+json; charset=utf-8').header('cache-control', 'public, max-age=60').send(schema)
    },
  )

  app.get<{ Params: { release: string; code: string }; Querystring: RevisionQuery & { at?: string } }>(
    '/v1/dictionaries/:release/:code',
    { schema: codesDocs },
    async (request) => {
      const release = await servedRelease(context, request.params.release, request.query)
      const dictionary = release.dictionaries.get(request.params.code)
      if (dictionary === undefined)
        throw new Problem('not-found', { zh: '没有此标准版本或字典', en: 'There is no such release or dictionary' })
      const { at } = request.query
      const codes = [...dictionary.codes.values()]
      return {
        ...dictionary,
        release: release.id,
        revision: release.revision,
        ...(at === undefined ? {} : { at }),
        codes: at === undefined ? codes : codes.filter((code) => isValid(code, at)),
      }
    },
  )
}

const digests = new WeakMap<Release, string>()

function digestOf(release: Release): string {
  let digest = digests.get(release)
  if (digest === undefined) digests.set(release, (digest = releaseDigest(releaseDocument(release))))
  return digest
}

function inForceName({ hub }: Context, id: string) {
  const now = hub.standards().revisions.get(id)
  if (now === undefined) throw unknownRelease(id)
  return { release: id, revision: now.revision, issuer: now.issuer }
}

async function servedName({ hub }: Context, id: string, revision: number, issuer: string | undefined) {
  const found = await findStandard(hub.db, { release: id, revision, ...(issuer === undefined ? {} : { issuer }) })
  if (!hub.shelf.serves(found.id, found.issuer)) throw unknownRelease(id)
  return { release: id, revision, issuer: found.issuer }
}

/** Whether the caller has this very document already. */
function unchanged(request: FastifyRequest, reply: FastifyReply, digest: string): boolean {
  const etag = `"${digest}"`
  reply.header('etag', etag).header('cache-control', 'public, no-cache')
  return (request.headers['if-none-match'] ?? '')
    .split(',')
    .map((one) => one.trim().replace(/^W\//, ''))
    .includes(etag)
}

function factsOf({ id, revision, issuer, basedOn, prefix, nameZh, nameEn, basis, effectiveFrom }: Release): object {
  return { id, revision, issuer, name: nameZh, basedOn, prefix, effectiveFrom, basis, en: { name: nameEn } }
}

function describeRevision({ release, revision, issuer, digest, state, effectiveFrom, origin, signedBy }: ShownStandard): object {
  const document = `/v1/standards/${encodeURIComponent(release)}/document?revision=${revision}&issuer=${encodeURIComponent(issuer)}`
  return { release, revision, issuer, digest, state, effectiveFrom, origin, signedBy, document }
}

/** What a person must know before relying on a code's absence. */
function incompleteOf(release: Release): object[] {
  return [...release.dictionaries.values()]
    .filter((dictionary) => !dictionary.complete)
    .map(({ code, nameZh, nameEn, missing, codes }) => ({
      dictionary: code,
      name: nameZh,
      codes: codes.size,
      ...(missing === undefined ? {} : { missing: missing.zh }),
      en: { name: nameEn, ...(missing === undefined ? {} : { missing: missing.en }) },
    }))
}

function describeDictionary({ code, nameZh, nameEn, closed, complete, missing, source, status, codes }: Dictionary): object {
  return {
    code,
    name: nameZh,
    closed,
    complete,
    status,
    codes: codes.size,
    ...(source === undefined ? {} : { source }),
    ...(missing === undefined ? {} : { missing: missing.zh }),
    en: { name: nameEn, ...(missing === undefined ? {} : { missing: missing.en }) },
  }
}

const isValid = ({ validFrom, validTo }: DictionaryCode, at: string): boolean =>
  (validFrom === undefined || validFrom <= at) && (validTo === undefined || at <= validTo)

function describeEntity(entity: Entity): object {
  const inferred = entity.fields.filter((field) => field.provenance.length > 0)
  return {
    code: entity.code,
    name: entity.nameZh,
    group: entity.group,
    key: entity.key.length === 0 ? 'sourceId' : entity.key,
    schema: `/v1/schemas/${entity.release}/${entity.code}.json`,
    // How sure the table is: what is inferred is said, so that nobody takes it for the official text.
    completeness: {
      confidence: entity.confidence,
      marks: entity.provenance,
      fields: entity.fields.length,
      inferredFields: inferred.map((field) => field.code),
    },
    en: { name: entity.nameEn },
  }
}
