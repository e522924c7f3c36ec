import { Readable } from 'node:stream'
import {
  eachProblemPage,
  type GroupedProblems,
  groupedProblems,
  isMeant,
  type ProblemFilter,
  type SubmissionOfProblems,
  submissionProblems,
} from '@huijiao/exchange'
import { catalogue, nodeRules, Problem, type ProblemGroup, type Severity } from '@huijiao/problem'
import { ruleById } from '@huijiao/standard'
import type { FastifyReply } from 'fastify'
import type { Context } from '../context.ts'
import { formatOfAccept, listFormats, type ProblemList } from './formats.ts'

export interface ProblemQuery {
  readonly code?: string
  readonly field?: string
  readonly severity?: Severity
  readonly rule?: string
  readonly group?: boolean
  readonly format?: string
  readonly after?: number
  readonly limit?: number
}

/** JSON Schema of the filters and forms, for the routes that answer problems. */
export const problemQuery = {
  code: { type: 'string', maxLength: 100, description: 'Only this problem code · 只看此代码' },
  field: { type: 'string', maxLength: 200, description: 'Only this field: its code or Chinese name · 只看此字段（代码或中文名）' },
  severity: { enum: ['error', 'doubt', 'warning'], description: 'Only these · 只看此程度' },
  rule: { type: 'string', maxLength: 100, description: 'Only this rule · 只看此规则' },
  group: { type: 'boolean', description: 'By code, field and rule, with counts and first examples · 按代码、字段、规则归类' },
  format: {
    type: 'string',
    maxLength: 20,
    description: `Download the whole list instead of a page: ${Object.keys(listFormats).join(', ')} · 下载全部`,
  },
} as const

type Row = SubmissionOfProblems & { readonly id: string }

/** Answers the problems of one submission: a page, the groups, or the whole list as a file. `path` is the route's own address. */
export async function answerProblems(
  context: Context,
  reply: FastifyReply,
  row: Row,
  query: ProblemQuery,
  path: string,
  file: ProblemList['file'] = async () => null,
): Promise<unknown> {
  const { hub } = context
  const filter = filterOf(query)
  const form = query.format ?? formatOfAccept(reply.request.headers.accept)
  reply.header('vary', 'accept')
  if (form !== null) return await download(context, reply, row, query, filter, form, file)
  if (query.group === true) {
    const grouped = await groupsOf(context, row, filter)
    return {
      submission: row.id,
      state: row.state,
      ...(grouped.records === null ? {} : { records: grouped.records }),
      problems: grouped.problems,
      groups: grouped.groups.map((group) => ({ ...group, all: addressOf(path, group) })),
    }
  }
  const page = await submissionProblems(hub.db, row.submission_no, { after: query.after ?? 0, limit: query.limit ?? 1000, filter })
  return { submission: row.id, state: row.state, records: page.records, next: page.next }
}

async function download(
  context: Context,
  reply: FastifyReply,
  row: Row,
  query: ProblemQuery,
  filter: ProblemFilter,
  name: string,
  file: ProblemList['file'],
): Promise<FastifyReply> {
  const format = Object.hasOwn(listFormats, name) ? listFormats[name] : undefined
  const allowed = Object.keys(listFormats).join('；')
  if (format === undefined)
    throw new Problem(
      'parameter-invalid',
      { zh: `format 不能是 ${name.slice(0, 20)}`, en: `format cannot be ${name.slice(0, 20)}` },
      { value: name, allowed },
    )
  if (query.after !== undefined || query.limit !== undefined)
    throw new Problem('parameter-invalid', {
      zh: '下载的是全部问题，不分页：去掉 after 和 limit',
      en: 'A download is the whole list: leave after and limit out',
    })
  const list: ProblemList = {
    submission: row.id,
    state: row.state,
    records: () => eachProblemPage(context.hub.db, row.submission_no, filter),
    file,
  }
  const kind = query.group === true ? 'problem-groups' : 'problems'
  reply.type(format.mediaType).header('content-disposition', `attachment; filename="${kind}-${row.id}.${format.extension}"`)
  if (query.group !== true) return reply.send(Readable.from(format.list(list), { objectMode: false }))
  if (format.groups === undefined)
    throw new Problem('parameter-invalid', { zh: `${name} 不能归类下载`, en: `There are no groups as ${name}` }, { value: name })
  return reply.send(format.groups(list, await groupsOf(context, row, filter)))
}

/** Groups are kept whole; a filter chooses among them. */
async function groupsOf({ hub }: Context, row: Row, filter: ProblemFilter): Promise<GroupedProblems> {
  const grouped = await groupedProblems(hub.db, row, hub.clock.now())
  if (Object.keys(filter).length === 0) return grouped
  const groups = grouped.groups.filter((group) => isMeant(asProblem(group), filter))
  return { records: null, problems: groups.reduce((sum, group) => sum + group.count, 0), groups }
}

const asProblem = ({ code, severity, rule, field, pointer }: ProblemGroup) => ({
  code,
  severity,
  ...(rule === null ? {} : { rule }),
  ...(field === null ? {} : { field }),
  ...(pointer === null ? {} : { pointer }),
})

/** Where all problems of a group are listed. */
function addressOf(path: string, group: ProblemGroup): string {
  const { code, severity, rule, pointer } = group
  const one = pointer === null || pointer === '' || pointer.includes('*') ? {} : { field: pointer }
  return `${path}?${new URLSearchParams({ code, severity, ...(rule === null ? {} : { rule }), ...one })}`
}

/** A name that nothing has would choose nothing, and look like a submission without such problems. */
function known(name: 'code' | 'rule', value: string, names: readonly string[]): string {
  if (names.includes(value)) return value
  const begins = (one: string) => one.split(/[.-]/)[0] === value.split(/[.-]/)[0] || one.includes(value)
  const near = names.filter(begins).slice(0, 10)
  const shown = value.slice(0, 60)
  throw new Problem(
    'parameter-invalid',
    name === 'code'
      ? { zh: `没有问题代码 ${shown}`, en: `There is no problem code ${shown}` }
      : { zh: `没有规则 ${shown}`, en: `There is no rule ${shown}` },
    {
      value: shown,
      ...(near.length === 0 ? {} : { allowed: near.join(', ') }),
      hint:
        name === 'code'
          ? { zh: '全部代码见 /problems', en: 'All codes are listed at /problems' }
          : { zh: '全部规则见 /v1/standards/{版本}/document.html', en: 'All rules are listed at /v1/standards/{release}/document.html' },
    },
  )
}

/** What a query chooses. @throws Problem parameter-invalid for a code or a rule that does not exist */
export function filterOf({ code, field, severity, rule }: ProblemQuery): ProblemFilter {
  if (code !== undefined) known('code', code, Object.keys(catalogue))
  if (rule !== undefined) known('rule', rule, [...ruleById.keys(), ...nodeRules.keys()])
  return {
    ...(code === undefined ? {} : { code }),
    ...(field === undefined ? {} : { field }),
    ...(severity === undefined ? {} : { severity }),
    ...(rule === undefined ? {} : { rule }),
  }
}
