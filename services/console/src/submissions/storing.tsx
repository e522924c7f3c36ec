import { Button, Progress } from 'antd'
import { useTranslation } from 'react-i18next'
import { useSend } from '../api/hooks.ts'
import { useSession } from '../api/session.tsx'
import { useActorText } from '../parts/actor.tsx'
import { spanText } from '../parts/format.ts'
import { ProblemView } from '../parts/problem-view.tsx'
import { Time } from '../parts/time.tsx'
import type { Progress as Stored, SubmissionStatus } from './model.ts'

const acts = ['pause', 'resume', 'cancel'] as const

/** How far a submission is that is being stored, and what may be done about it. */
export function Storing({ status }: { status: SubmissionStatus }) {
  const { t } = useTranslation()
  const { may } = useSession()
  const { id, participant } = status.submission
  const sends = {
    pause: useSend('post', '/admin/v1/submissions/{id}/pause', ['/admin/v1/submissions']),
    resume: useSend('post', '/admin/v1/submissions/{id}/resume', ['/admin/v1/submissions']),
    cancel: useSend('post', '/admin/v1/submissions/{id}/cancel', ['/admin/v1/submissions']),
  }
  const error = acts.map((act) => sends[act].error).find((one) => one !== null)
  const shown = acts.filter((act) => (act === 'pause' ? status.state === 'storing' : act === 'resume' ? status.state === 'paused' : true))
  return (
    <div className="storing">
      <Progress
        percent={Math.round((status.progress?.share ?? 0) * 100)}
        status={status.state === 'storing' ? 'active' : 'normal'}
        aria-label={t('submissions.progress')}
      />
      {status.progress?.secondsLeft !== null && status.progress?.secondsLeft !== undefined && (
        <p className="muted">{t('submissions.secondsLeft', { text: spanText(status.progress.secondsLeft) })}</p>
      )}
      {status.progress?.paused != null && <PausedBy paused={status.progress.paused} />}
      <div className="row no-print">
        {shown.map((act) =>
          may('POST', `/submissions/:id/${act}`) ? (
            <Button
              key={act}
              danger={act === 'cancel'}
              onClick={() => sends[act].mutate({ path: { id }, query: { participant } as never })}
            >
              {t(`submissions.acts.${act}`)}
            </Button>
          ) : null,
        )}
      </div>
      {error != null && <ProblemView problem={error.problem} />}
    </div>
  )
}

function PausedBy({ paused }: { paused: NonNullable<Stored['paused']> }) {
  const { t } = useTranslation()
  return (
    <p className="muted">
      {t('links.pauserIs', { who: useActorText(paused.by) })} <Time at={paused.at} />
    </p>
  )
}
