package io.aetherkeep.launcher.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.vertx.core.spi.VertxTracerFactory;
import io.vertx.tracing.opentelemetry.OpenTelemetryTracingFactory;

/**
 * Tracing of requests through HTTP, the bus and Redis, exported to a collector. It continues the
 * trace of a caller that sends a W3C {@code traceparent}.
 */
public final class Tracing implements AutoCloseable {

  private final OpenTelemetrySdk sdk;

  private Tracing(OpenTelemetrySdk sdk) {
    this.sdk = sdk;
  }

  /**
   * Target of traces.
   *
   * @param endpoint OTLP endpoint over HTTP: {@code http://collector:4318/v1/traces}
   * @param samplePercent share of sampled requests among those without a parent trace
   */
  public record Target(String endpoint, int samplePercent) {

    public boolean isNone() {
      return endpoint.isEmpty();
    }
  }

  public static Tracing to(Target target) {
    SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .setResource(
                Resource.create(
                    Attributes.of(AttributeKey.stringKey("service.name"), "aetherkeep")))
            .setSampler(
                Sampler.parentBased(Sampler.traceIdRatioBased(target.samplePercent() / 100.0)))
            .addSpanProcessor(
                BatchSpanProcessor.builder(
                        new MaskingSpanExporter(
                            OtlpHttpSpanExporter.builder().setEndpoint(target.endpoint()).build()))
                    .build())
            .build();
    return new Tracing(
        OpenTelemetrySdk.builder()
            .setTracerProvider(provider)
            .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
            .build());
  }

  public VertxTracerFactory factory() {
    return new OpenTelemetryTracingFactory(sdk);
  }

  /** Exports the remaining spans. */
  @Override
  public void close() {
    sdk.close();
  }
}
