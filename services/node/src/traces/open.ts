import type { Span, SpanContext, Tracer } from '@opentelemetry/api'
import type { Logger } from 'pino'

/** What a span says; ids, counts and names of ours, never a person's data, a key or an address as it was sent. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>

export interface SpanOptions {
  /** W3C `traceparent` that the span continues; null: it begins a trace. */
  readonly parent: string | null
  /** The id of a trace that it begins: the request's own, which stands in the log lines too. */
  readonly traceId?: string
  readonly kind?: 'server' | 'client' | 'consumer' | 'internal'
  readonly attributes?: Attributes
  /** Other traces that it belongs to as well. */
  readonly links?: readonly string[]
  /** When it began, if that is not now. */
  readonly startedAt?: Date
}

export interface OpenSpan {
  /** To be handed on, so that what follows is a child of this span. */
  readonly traceparent: string
  end(outcome?: { readonly attributes?: Attributes; readonly failed?: boolean }): void
}

export interface Traces {
  begin(name: string, options: SpanOptions): OpenSpan
  /** Sends what is left, and ends. */
  stop(): Promise<void>
}

export interface TraceSettings {
  /** Where the collector takes spans (OTLP over HTTP), such as `http://collector:4318/v1/traces`. */
  readonly url: string
  /** Share of the traces begun here that are recorded; others follow what their caller decided. */
  readonly percent: number
  readonly node: { readonly name: string; readonly region: string; readonly tier: string }
  readonly log: Logger
}

const form = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/
/** A collector that is away must not hold up a stop. */
const stopMs = 3000

/**
 * Switches traces on. What makes and sends spans is loaded here and nowhere else: a node without traces needs none of it.
 * @throws Error when its packages are not installed
 */
export async function openTraces(settings: TraceSettings): Promise<Traces> {
  const { api, sdk, exporter, resources } = await load()
  let nextTraceId: string | undefined
  const random = new sdk.RandomIdGenerator()
  const provider = new sdk.TracerProvider({
    resource: resources.resourceFromAttributes({
      'service.name': 'huijiao',
      'service.instance.id': settings.node.name,
      'huijiao.region': settings.node.region,
      'huijiao.tier': settings.node.tier,
    }),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(settings.percent / 100) }),
    idGenerator: { generateTraceId: () => nextTraceId ?? random.generateTraceId(), generateSpanId: () => random.generateSpanId() },
    spanProcessors: [
      new sdk.BatchSpanProcessor({ exporter: new exporter.OTLPTraceExporter({ url: settings.url }), scheduledDelayMillis: 1000 }),
    ],
  })
  const tracer: Tracer = provider.getTracer('huijiao')
  const contextOf = (traceparent: string | null): SpanContext | null => {
    const parts = form.exec(traceparent ?? '')
    return parts === null
      ? null
      : { traceId: parts[1] as string, spanId: parts[2] as string, traceFlags: Number.parseInt(parts[3] as string, 16) & 1, isRemote: true }
  }
  const kinds = {
    server: api.SpanKind.SERVER,
    client: api.SpanKind.CLIENT,
    consumer: api.SpanKind.CONSUMER,
    internal: api.SpanKind.INTERNAL,
  }
  return {
    begin: (name, options) => {
      const parent = contextOf(options.parent)
      const context = parent === null ? api.ROOT_CONTEXT : api.trace.setSpanContext(api.ROOT_CONTEXT, parent)
      nextTraceId = options.traceId
      const span: Span = tracer.startSpan(
        name,
        {
          kind: kinds[options.kind ?? 'internal'],
          attributes: { 'huijiao.node': settings.node.name, ...options.attributes },
          links: (options.links ?? []).flatMap((link) => {
            const linked = contextOf(link)
            return linked === null ? [] : [{ context: linked }]
          }),
          ...(options.startedAt === undefined ? {} : { startTime: options.startedAt }),
        },
        context,
      )
      nextTraceId = undefined
      const { traceId, spanId, traceFlags } = span.spanContext()
      return {
        traceparent: `00-${traceId}-${spanId}-0${traceFlags & 1}`,
        end: ({ attributes, failed } = {}) => {
          if (attributes !== undefined) span.setAttributes(attributes)
          if (failed === true) span.setStatus({ code: api.SpanStatusCode.ERROR })
          span.end()
        },
      }
    },
    stop: async () => {
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<void>((done) => {
        timer = setTimeout(done, stopMs)
      })
      await Promise.race([
        provider.shutdown().catch((error: unknown) => settings.log.info({ err: error }, 'the last spans could not be sent')),
        late,
      ])
      clearTimeout(timer)
    },
  }
}

async function load() {
  try {
    const [api, sdk, exporter, resources] = await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ])
    return { api, sdk, exporter, resources }
  } catch (cause) {
    throw new Error(
      'HUIJIAO_OTLP_URL is set, and the optional packages of OpenTelemetry are not installed: run npm install without --omit=optional',
      {
        cause,
      },
    )
  }
}

/** Runs work in a span; without traces it only runs it. An error fails the span and goes on. */
export async function inSpan<T>(
  traces: Traces | null,
  name: string,
  options: () => SpanOptions,
  work: (traceparent: string | null) => Promise<T>,
  tell?: (result: T) => Attributes,
): Promise<T> {
  if (traces === null) return await work(null)
  const span = traces.begin(name, options())
  try {
    const result = await work(span.traceparent)
    span.end(tell === undefined ? {} : { attributes: tell(result) })
    return result
  } catch (error) {
    span.end({ failed: true })
    throw error
  }
}
