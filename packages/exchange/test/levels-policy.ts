import type { Tier } from '@huijiao/database'
import { defaultPolicy } from '@huijiao/standard'

/** The default policy under another version, and records of these data levels stay below the province, or the level that is named. */
export const keepingLevels = (version: number, levels: readonly string[], tier: Tier = 'provincial') => ({
  ...defaultPolicy.document,
  version,
  reasons: { ...defaultPolicy.document.reasons, 'test-kept': { zh: '测试：不上报（合成）', en: 'Test: stays here' } },
  qualification: {
    ...defaultPolicy.document.qualification,
    [tier]: [
      ...(defaultPolicy.document.qualification['default'] ?? []),
      {
        id: 'test.level',
        basis: 'test',
        when: {
          type: 'object',
          properties: { data: { type: 'object', properties: { DataLevel: { type: 'string', enum: levels } }, required: ['DataLevel'] } },
          required: ['data'],
        },
        verdict: { qualifies: false, reason: 'test-kept', kind: 'not-due' },
      },
    ],
  },
})
