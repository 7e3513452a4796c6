package io.aetherkeep.launcher.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.DelegatingSpanData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;

/** Span exporter that masks session ids, and tickets in URLs, because they grant access. */
final class DiscreetExporter implements SpanExporter {

  private final SpanExporter exporter;

  DiscreetExporter(SpanExporter exporter) {
    this.exporter = exporter;
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    return exporter.export(spans.stream().<SpanData>map(Discreet::new).toList());
  }

  @Override
  public CompletableResultCode flush() {
    return exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return exporter.shutdown();
  }

  private static final class Discreet extends DelegatingSpanData {

    private final Attributes attributes;

    Discreet(SpanData span) {
      super(span);
      AttributesBuilder shown = span.getAttributes().toBuilder();
      span.getAttributes()
          .forEach(
              (key, value) -> {
                if (value instanceof String text && text.contains("/")) {
                  shown.put(AttributeKey.stringKey(key.getKey()), masked(text));
                }
              });
      this.attributes = shown.build();
    }

    private static String masked(String address) {
      return address
          .replaceAll("(?i)(/+sessions/+)[^/?]+", "$1*")
          .replaceAll("(?i)([?&](?:ticket|except)=)[^&]+", "$1*");
    }

    @Override
    public Attributes getAttributes() {
      return attributes;
    }
  }
}
