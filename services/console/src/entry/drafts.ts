import { useQueryClient } from '@tanstack/react-query'
import { call } from '../api/client.ts'
import { useApi } from '../api/hooks.ts'
import type { Attached } from './attachment.ts'

export interface Draft {
  readonly draftId: string
  readonly release: string
  readonly entity: string
  readonly title: string
  readonly content: {
    readonly data?: Record<string, unknown>
    readonly more?: Record<string, unknown>
    readonly sourceId?: string
    readonly attachments?: readonly Attached[]
  }
  readonly version: number
  readonly updatedAt: string
}

/** The account's own drafts. */
export function useDrafts() {
  const query = useApi('/admin/v1/drafts', {}, { staleMs: 0 })
  return { query, drafts: (query.data?.items ?? []) as unknown as Draft[] }
}

/** Saves a draft, a new one or again. @throws ApiError also when another window saved it in between */
export function useSaveDraft(): (draft: Pick<Draft, 'release' | 'entity' | 'title' | 'content'>, known: Draft | null) => Promise<Draft> {
  const client = useQueryClient()
  return async ({ release, entity, title, content }, known) => {
    const made = (known === null
      ? await call('post', '/admin/v1/drafts', { body: { release, entity, title: title.slice(0, 200), content } as never })
      : await call('put', '/admin/v1/drafts/{draftId}', {
          path: { draftId: known.draftId },
          body: { title: title.slice(0, 200), content, version: known.version } as never,
        })) as unknown as Draft
    await client.invalidateQueries({ queryKey: ['/admin/v1/drafts'] })
    return made
  }
}
