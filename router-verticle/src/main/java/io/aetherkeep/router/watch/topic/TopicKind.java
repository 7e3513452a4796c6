package io.aetherkeep.router.watch.topic;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.catalogue.CacheAsks.ReadEntry;
import io.aetherkeep.catalogue.ConfigAsks.ReadConfig;
import io.aetherkeep.catalogue.ListenerAsks.Listeners;
import io.aetherkeep.catalogue.ListenerAsks.Member;
import io.aetherkeep.catalogue.ListenerAsks.ReadListeners;
import io.aetherkeep.catalogue.ListenerAsks.ReadPresence;
import io.aetherkeep.catalogue.PlaybackAsks.ReadPlayback;
import io.aetherkeep.catalogue.ProviderAsks.ListProviders;
import io.aetherkeep.catalogue.ProviderAsks.ReadProvider;
import io.aetherkeep.catalogue.SessionAsks.ReadSession;
import io.aetherkeep.catalogue.SessionListAsks.ListUserSessions;
import io.aetherkeep.catalogue.SessionListAsks.SessionList;
import io.aetherkeep.document.Document;
import io.aetherkeep.router.access.cookie.SessionCookies;
import io.aetherkeep.router.access.identity.Need;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Kind of topic: the form of its name, the permission to watch it, and the source of its present
 * value. A topic without a source delivers each change.
 */
@SuppressWarnings("ImmutableEnumChecker") // A record of enums, and methods without state.
public enum TopicKind {
  STATUS("status/{kind}/{id}", Need.WATCH, "unknown", null),
  STATUSES("status/{kind}/*", Need.READ, null, null),
  LISTENERS("listeners/{podcastId}", Need.WATCH, null, TopicKind::listeners),
  CONFIG("config/{name}", Need.READ, "removed", TopicKind::config),
  PROVIDER("provider/{id}", Need.READ, null, TopicKind::provider),
  PROVIDERS("providers", Need.READ, null, TopicKind::providers),
  SESSION("session", Need.READ_SESSION, null, TopicKind::session),
  PLAYBACK("playback", Need.READ_SESSION, null, TopicKind::playback),
  STREAM("stream/{path}", Need.WATCH, null, null),
  HISTORY("history/{session}", Need.READ_SESSION, "unknown", null),
  SESSIONS("sessions/{user}", Need.READ, null, TopicKind::sessions),
  PRESENCE("presence/{podcast}", Need.READ, null, TopicKind::presence),
  CACHE("cache/{keyspace}/{id}", Need.READ, "removed", TopicKind::entry),
  EVENTS("events/{types}", Need.READ, null, null);

  /** Number of sessions or members in a value; the rest is listed by pages. */
  private static final int PAGE = 100;

  /** Reader of a topic's present value. */
  interface Source {
    Future<@Nullable Present> read(Bus bus, TopicName name);
  }

  /**
   * Present value of a topic.
   *
   * @param encoder encodes the value, which is needed only if the version is a new one
   * @param version identifies the value; it stays the same when only time passes
   */
  public record Present(Supplier<Document> encoder, String version) {

    public Present(Document data, String version) {
      this(() -> data, version);
    }

    static Present of(Document data) {
      return new Present(data, data.version());
    }

    static Present of(Object record) {
      return of(json(record));
    }
  }

  private final String form;
  private final Need need;
  private final String event;
  private final String absentEvent;
  private final @Nullable Source source;

  TopicKind(String form, Need need, @Nullable String absentEvent, @Nullable Source source) {
    this.form = form;
    this.need = need;
    this.event = form.split("/", 2)[0];
    this.absentEvent = absentEvent == null ? event : absentEvent;
    this.source = source;
  }

  /** Returns the forms of all kinds, for the documentation. */
  public static List<String> forms() {
    return Arrays.stream(values()).map(TopicKind::form).toList();
  }

  String form() {
    return form;
  }

  /** Returns the number of parts of a name, including the first. */
  int parts() {
    return form.split("/", -1).length;
  }

  /** Returns the permission to watch. */
  public Need need() {
    return need;
  }

  /** Returns the first part of its names, which is also the name of its events. */
  String event() {
    return event;
  }

  /**
   * Returns the name of a server-sent event.
   *
   * @param hasValue whether the topic has a value
   */
  String event(boolean hasValue) {
    return hasValue ? event : absentEvent;
  }

  /** Whether only the latest value counts. */
  boolean isLatest() {
    return source != null;
  }

  public Future<SharedFrame> read(Bus bus, TopicName name) {
    return source == null
        ? Future.failedFuture(Failure.of(Code.TOPIC_UNKNOWN, "This topic has no current value"))
        : source.read(bus, name).map(value -> SharedFrame.latest(name, value));
  }

  /** Count without the peak, which changes only together with the others. */
  private record ListenerCount(String podcastId, long listeners, long users) {}

  private static Future<@Nullable Present> listeners(Bus bus, TopicName name) {
    return bus.ask(new ReadListeners(name.space(), name.key())).map(TopicKind::count);
  }

  private static Present count(Listeners now) {
    return Present.of(new ListenerCount(now.podcastId(), now.listeners(), now.users()));
  }

  private static Future<@Nullable Present> config(Bus bus, TopicName name) {
    return orAbsent(
        bus.ask(new ReadConfig(name.space(), name.key()))
            .map(config -> new Present(config.value(), config.version())),
        Code.CONFIG_UNKNOWN);
  }

  private static Future<@Nullable Present> provider(Bus bus, TopicName name) {
    return orAbsent(
        bus.ask(new ReadProvider(name.space(), name.key()))
            .map(now -> new Present(() -> json(now), json(now.withoutAge()).version())),
        Code.PROVIDER_UNKNOWN);
  }

  private static Future<@Nullable Present> providers(Bus bus, TopicName name) {
    return bus.ask(new ListProviders(name.space(), null))
        .map(now -> new Present(() -> json(now), json(now.withoutAge()).version()));
  }

  private static Future<@Nullable Present> session(Bus bus, TopicName name) {
    return bus.ask(new ReadSession(name.space(), name.key(), false, null))
        .map(now -> name.isOfSelf() ? now.withId(SessionCookies.SELF) : now)
        .map(now -> new Present(() -> json(now), now.version()));
  }

  /** Sessions of a user, without the fields that change by mere use. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record UserSessions(String userId, List<UserSession> sessions, boolean more) {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record UserSession(String id, @Nullable String createdAt) {}

  private static Future<@Nullable Present> sessions(Bus bus, TopicName name) {
    return bus.ask(new ListUserSessions(name.space(), name.key(), null, PAGE))
        .map(page -> Present.of(sessions(name.key(), page)));
  }

  private static UserSessions sessions(String user, SessionList page) {
    List<UserSession> rows =
        page.items().stream()
            .map(row -> new UserSession(row.id(), row.createdAt()))
            .sorted(Comparator.comparing(UserSession::id))
            .toList();
    return new UserSessions(user, rows, page.next() != null);
  }

  /** Members of a podcast's audience. */
  private record Members(String podcastId, List<Member> members, boolean more) {}

  private static Future<@Nullable Present> presence(Bus bus, TopicName name) {
    return bus.ask(new ReadPresence(name.space(), name.key(), null, PAGE))
        .map(page -> new Members(page.podcastId(), page.items(), page.next() != null))
        .map(Present::of);
  }

  private static Future<@Nullable Present> entry(Bus bus, TopicName name) {
    return orAbsent(
        bus.ask(new ReadEntry(name.space(), name.key(), name.entryIds()))
            .map(entry -> new Present(entry.value(), entry.value().version())),
        Code.ENTRY_UNKNOWN);
  }

  /** Reads playback without its age, which is no change. */
  private static Future<@Nullable Present> playback(Bus bus, TopicName name) {
    return bus.ask(new ReadPlayback(name.space(), name.key()))
        .map(now -> name.isOfSelf() ? now.withSession(SessionCookies.SELF) : now)
        .map(now -> Present.of(now.asStale(null)));
  }

  private static Document json(Object record) {
    return Document.stored(Buffer.buffer(RecordJson.write(record)));
  }

  /** Maps an unknown key to null, because clients may watch it until it exists. */
  private static Future<@Nullable Present> orAbsent(Future<Present> value, Code unknown) {
    return value.recover(
        thrown ->
            Failure.from(thrown).code() == unknown
                ? Future.succeededFuture(null)
                : Future.failedFuture(thrown));
  }
}
