import type { ComponentType } from 'react'
import type { Role } from './api/session.tsx'

export type Group = 'watch' | 'data' | 'manage'

/**
 * One page. To add one: a row here, a module with a default export, its words in `i18n/zh/<area>.ts` and `i18n/en/<area>.ts`.
 */
export interface PageRow {
  /** Under `/console`, as react-router writes it. */
  readonly path: string
  /** Key of its title, also of its entry in the navigation. */
  readonly titleKey: string
  /** Who gets it; others see that it is not for them. */
  readonly roles: readonly Role[]
  /** Route of the admin API that the account must be able to call, for what is bounded by region: `['GET', '/log']`. */
  readonly needs?: readonly [method: string, route: string]
  /** Its place in the navigation; absent: reached from another page. */
  readonly group?: Group
  readonly icon?: IconName
  /** Shown without the top bar and the navigation. */
  readonly bare?: boolean
  readonly load: () => Promise<{ readonly default: ComponentType }>
}

export type IconName =
  | 'overview'
  | 'link'
  | 'inbox'
  | 'form'
  | 'upload'
  | 'record'
  | 'log'
  | 'people'
  | 'user'
  | 'book'
  | 'parked'
  | 'check'
  | 'rule'
  | 'standard'
  | 'notice'

const everyone: readonly Role[] = ['administrator', 'operator', 'clerk', 'viewer']
const watching: readonly Role[] = ['administrator', 'operator', 'viewer']
const working: readonly Role[] = ['administrator', 'operator']
const entering: readonly Role[] = ['administrator', 'operator', 'clerk']
const ruling: readonly Role[] = ['administrator']

export const roleSets = { everyone, watching, working, entering, ruling }

export const pages: readonly PageRow[] = [
  { path: '/', titleKey: 'overview.title', roles: everyone, group: 'watch', icon: 'overview', load: () => import('./overview/page.tsx') },
  { path: '/wall', titleKey: 'overview.wallTitle', roles: everyone, bare: true, load: () => import('./overview/wall.tsx') },
  {
    path: '/submissions',
    titleKey: 'submissions.title',
    roles: everyone,
    group: 'data',
    icon: 'inbox',
    load: () => import('./submissions/list.tsx'),
  },
  {
    path: '/upload',
    titleKey: 'submissions.uploadTitle',
    roles: entering,
    group: 'data',
    icon: 'upload',
    load: () => import('./submissions/upload.tsx'),
  },
  { path: '/submissions/:id', titleKey: 'submissions.one', roles: everyone, load: () => import('./submissions/one.tsx') },
  { path: '/entry', titleKey: 'entry.title', roles: entering, group: 'data', icon: 'form', load: () => import('./entry/home.tsx') },
  { path: '/entry/conduct-report', titleKey: 'entry.report', roles: entering, load: () => import('./entry/conduct-report.tsx') },
  { path: '/entry/:entity', titleKey: 'entry.title', roles: entering, load: () => import('./entry/form.tsx') },
  {
    path: '/standard',
    titleKey: 'standard.title',
    roles: everyone,
    group: 'data',
    icon: 'book',
    load: () => import('./standard/page.tsx'),
  },
  { path: '/records', titleKey: 'records.title', roles: everyone, group: 'data', icon: 'record', load: () => import('./records/page.tsx') },
  { path: '/records/:recordId', titleKey: 'records.recordTitle', roles: everyone, load: () => import('./records/record.tsx') },
  { path: '/links', titleKey: 'links.title', roles: watching, group: 'watch', icon: 'link', load: () => import('./links/page.tsx') },
  { path: '/links/:name', titleKey: 'links.one', roles: watching, load: () => import('./links/one.tsx') },
  { path: '/parked', titleKey: 'parked.title', roles: watching, group: 'watch', icon: 'parked', load: () => import('./links/parked.tsx') },
  { path: '/checks', titleKey: 'checks.title', roles: everyone, group: 'watch', icon: 'check', load: () => import('./checks/page.tsx') },
  { path: '/log', titleKey: 'log.title', roles: everyone, group: 'watch', icon: 'log', load: () => import('./log/page.tsx') },
  {
    path: '/log/:index',
    titleKey: 'log.entry',
    roles: ruling,
    needs: ['GET', '/log/:index'],
    load: () => import('./log/entry.tsx'),
  },
  {
    path: '/participants',
    titleKey: 'participants.title',
    roles: working,
    group: 'manage',
    icon: 'people',
    load: () => import('./participants/page.tsx'),
  },
  { path: '/participants/:id', titleKey: 'participants.title', roles: working, load: () => import('./participants/one.tsx') },
  {
    path: '/operators',
    titleKey: 'operators.title',
    roles: ruling,
    group: 'manage',
    icon: 'user',
    load: () => import('./operators/page.tsx'),
  },
  {
    path: '/policy',
    titleKey: 'policy.title',
    roles: watching,
    group: 'manage',
    icon: 'rule',
    load: () => import('./policy/page.tsx'),
  },
  {
    path: '/standards',
    titleKey: 'standards.title',
    roles: watching,
    group: 'manage',
    icon: 'standard',
    load: () => import('./standards/page.tsx'),
  },
  {
    path: '/standards/dictionary',
    titleKey: 'dictionary.page',
    roles: ruling,
    needs: ['POST', '/standards/:release/dictionaries/:code'],
    load: () => import('./standards/dictionary.tsx'),
  },
  {
    path: '/standards/runs/:run',
    titleKey: 'standards.run',
    roles: ruling,
    needs: ['GET', '/shadow-runs/:run'],
    load: () => import('./standards/run.tsx'),
  },
  {
    path: '/notices',
    titleKey: 'notices.title',
    roles: everyone,
    group: 'watch',
    icon: 'notice',
    load: () => import('./notices/page.tsx'),
  },
  { path: '/account', titleKey: 'account.title', roles: everyone, load: () => import('./account/page.tsx') },
]
