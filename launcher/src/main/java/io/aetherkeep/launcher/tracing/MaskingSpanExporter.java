package io.aetherkeep.launcher.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.DelegatingSpanData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Span exporter that masks session ids and tickets, which grant access, and user ids, which are
 * personal data. Of a query it shows the names of the parameters only: an unknown one, or one of an
 * origin, may be a credential too.
 */
final class MaskingSpanExporter implements SpanExporter {

  private static final Pattern ID_IN_PATH =
      Pattern.compile(
          "(?i)(%1$s+(?:%2$s|%3$s)%1$s+)[^/?]+"
              .formatted(encodable("/"), encodable("sessions"), encodable("users")));

  /** Value of a query's parameter, in a URL or in a query of its own. */
  private static final Pattern QUERY_VALUE = Pattern.compile("((?:^|[?&])[^=&?/\\s]+=)[^&\\s]+");

  /** Arguments in Redis's reply to an unknown command, which begin with a key. */
  private static final Pattern REDIS_ARGUMENTS = Pattern.compile(", with args [^\\n]*");

  private final SpanExporter exporter;

  /**
   * Pattern of a text whose characters may be percent-encoded, as the router accepts them, or
   * encoded several times, as in a path that it refuses.
   */
  private static String encodable(String text) {
    return text.chars()
        .mapToObj(
            c -> "(?:%c|%%(?:25)*(?:%x|%x))".formatted(c, c, (int) Character.toUpperCase((char) c)))
        .collect(Collectors.joining());
  }

  MaskingSpanExporter(SpanExporter exporter) {
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
    private final List<EventData> events;

    Discreet(SpanData span) {
      super(span);
      this.attributes = masked(span.getAttributes());
      this.events = span.getEvents().stream().map(Discreet::masked).toList();
    }

    private static EventData masked(EventData event) {
      return EventData.create(
          event.getEpochNanos(),
          event.getName(),
          masked(event.getAttributes()),
          event.getTotalAttributeCount());
    }

    private static Attributes masked(Attributes attributes) {
      AttributesBuilder shown = attributes.toBuilder();
      attributes.forEach(
          (key, value) -> {
            if (value instanceof String text) {
              shown.put(AttributeKey.stringKey(key.getKey()), masked(text));
            }
          });
      return shown.build();
    }

    private static String masked(String text) {
      return REDIS_ARGUMENTS
          .matcher(
              QUERY_VALUE.matcher(ID_IN_PATH.matcher(text).replaceAll("$1*")).replaceAll("$1*"))
          .replaceAll("");
    }

    @Override
    public Attributes getAttributes() {
      return attributes;
    }

    @Override
    public List<EventData> getEvents() {
      return events;
    }
  }
}
