package io.aetherkeep.catalogue;

import static io.aetherkeep.keyspace.Dialect.AETHERCAST;
import static io.aetherkeep.keyspace.Dialect.CONTENT;
import static io.aetherkeep.keyspace.Dialect.COUNCIL;
import static io.aetherkeep.keyspace.Keyspace.hash;
import static io.aetherkeep.keyspace.Keyspace.json;
import static io.aetherkeep.keyspace.Keyspace.special;
import static io.aetherkeep.keyspace.Layout.HASH;
import static io.aetherkeep.keyspace.Layout.JSON;
import static io.aetherkeep.keyspace.Layout.LIST;
import static io.aetherkeep.keyspace.Layout.SORTED_SET;
import static io.aetherkeep.keyspace.Layout.STREAM;
import static io.aetherkeep.keyspace.Layout.TEXT;
import static io.aetherkeep.keyspace.Lifetime.never;
import static io.aetherkeep.keyspace.Lifetime.withOthers;
import static io.aetherkeep.keyspace.Owner.CACHE;
import static io.aetherkeep.keyspace.Owner.HEALTH;
import static io.aetherkeep.keyspace.Owner.SESSION;
import static io.aetherkeep.keyspace.Owner.STATUS;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import io.aetherkeep.document.Document;
import io.aetherkeep.document.Fields;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.keyspace.Owner;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.keyspace.SpaceCaches;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Catalogue of every key that the system writes, one line each; checked for conflicts when it
 * loads.
 */
public final class Keyspaces {

  // spotless:off — keeps the table aligned.

  // Sessions: one key pattern, but a layout for each of the three systems.
  public static final Keyspace<Document> SESSIONS_AETHERCAST = json("session", "session:{id}").slides(ofMinutes(30)).only(AETHERCAST).in(SESSION);
  public static final Keyspace<Fields>   SESSIONS_COUNCIL    = hash("session", "session:{id}").slides(ofDays(30)).only(COUNCIL).in(SESSION);
  public static final Keyspace<Document> SESSIONS_CONTENT    = json("session", "session:{id}").slides(ofHours(1)).only(CONTENT).in(SESSION);
  public static final Keyspace<Fields>   PLAYBACKS           = hash("playback", "playback:{session}").expires(ofHours(24)).in(SESSION);
  public static final Keyspace<Void>     PLAYBACK_SOCKETS    = special("playback-connections", "connections:{{key}}", SORTED_SET).lives(withOthers()).in(SESSION);
  public static final Keyspace<Void>     PLAYBACKS_DUE       = special("playbacks-due", "index:playbacks-due", SORTED_SET).lives(never()).in(SESSION);
  public static final Keyspace<Void>     PLAYBACKS_DUE_PARTS = special("playbacks-due-part", "index:playbacks-due:{part}", SORTED_SET).lives(never()).in(SESSION);
  public static final Keyspace<Void>     LISTENERS           = special("listeners", "listeners:{podcast}", SORTED_SET).lives(withOthers()).in(SESSION);
  public static final Keyspace<Void>     LISTENER_USERS      = special("listener-users", "users:{{key}}", SORTED_SET).lives(withOthers()).in(SESSION);
  public static final Keyspace<Void>     LISTENER_LEASES     = special("listener-leases", "leases:{{key}}", SORTED_SET).lives(withOthers()).in(SESSION);
  public static final Keyspace<Void>     AUDIENCES           = special("audience", "audience:{{key}}", HASH).expires(ofHours(25)).in(SESSION);
  public static final Keyspace<Void>     MOST_HEARD          = special("most-heard", "index:most-heard", SORTED_SET).lives(never()).in(SESSION);
  public static final Keyspace<Void>     AUDIENCES_DUE       = special("audiences-due", "index:audiences-due", SORTED_SET).lives(never()).in(SESSION);
  public static final Keyspace<Void>     AUDIENCES_DUE_PARTS = special("audiences-due-part", "index:audiences-due:{part}", SORTED_SET).lives(never()).in(SESSION);
  public static final Keyspace<Void>     USER_STREAMS        = special("user-streams", "index:user-streams:{user}", SORTED_SET).lives(withOthers()).in(SESSION);
  public static final Keyspace<Void>     USER_TURNS          = special("user-turns", "turns:{user}", HASH).lives(withOthers()).in(SESSION);
  public static final Keyspace<Void>     TICKETS             = special("ticket", "ticket:{hash}", TEXT).expires(ofSeconds(30)).in(SESSION);
  public static final Keyspace<Void>     USER_SESSIONS       = special("user-sessions", "index:user-sessions:{user}", SORTED_SET).lives(withOthers()).in(SESSION);
  public static final Keyspace<Void>     LIVE_SESSIONS       = special("live-sessions", "index:sessions", SORTED_SET).lives(never()).in(SESSION);
  public static final Keyspace<Void>     LIVE_SESSIONS_PARTS = special("live-sessions-part", "index:sessions:{part}", SORTED_SET).lives(never()).in(SESSION);
  public static final Keyspace<Void>     ENDED_SESSIONS      = special("ended-sessions", "index:ended-sessions", SORTED_SET).lives(never()).in(SESSION);
  public static final Keyspace<Void>     ENDED_SESSIONS_PARTS = special("ended-sessions-part", "index:ended-sessions:{part}", SORTED_SET).lives(never()).in(SESSION);
  public static final Keyspace<Void>     USER_SESSION_ORDER  = special("user-session-order", "order:{{key}}", SORTED_SET).lives(withOthers()).in(SESSION);
  public static final Keyspace<Void>     USER_LOGOUTS        = special("user-logout", "logout:{{key}}", TEXT).lives(withOthers()).in(SESSION);
  public static final Keyspace<Void>     LOGOUT_SEARCHES     = special("logout-searches", "index:logout-searches", SORTED_SET).lives(never()).in(SESSION);
  public static final Keyspace<Void>     SESSION_FACTS       = special("session-facts", "facts:{{key}}", HASH).lives(withOthers()).in(SESSION);
  public static final Keyspace<Void>     SESSION_TAILS       = special("session-tail", "tail:{{key}}", LIST).lives(withOthers()).in(SESSION);
  public static final Keyspace<Void>     SESSION_APPENDS     = special("session-appends", "appends:{{key}}", HASH).lives(withOthers()).in(SESSION);
  public static final Keyspace<Void>     HISTORIES_PENDING   = special("histories-pending", "index:histories-pending", SORTED_SET).lives(never()).in(SESSION);
  public static final Keyspace<Void>     HISTORIES_PENDING_PARTS = special("histories-pending-part", "index:histories-pending:{part}", SORTED_SET).lives(never()).in(SESSION);

  // Caches: served by /caches/{name}.
  public static final Keyspace<Document> TOPICS              = json("topic", "cache:topic:{id}").expires(ofHours(1)).in(CACHE);
  public static final Keyspace<Document> TOPIC_LISTS         = json("topics", "cache:topics:all").expires(ofHours(6)).in(CACHE);
  public static final Keyspace<Document> SNIPPETS            = json("snippet", "cache:snippet:{id}").expires(ofMinutes(30)).in(CACHE);
  public static final Keyspace<Document> SNIPPET_PAGES       = json("snippet-page", "cache:snippets:topic:{topic}:page:{page}").expires(ofMinutes(15)).in(CACHE);
  public static final Keyspace<Document> USERS               = json("user", "user:{id}").expires(ofHours(1)).in(CACHE);
  public static final Keyspace<Document> USER_KEYWORDS       = json("user-keywords", "keyword:user:{user}").expires(ofMinutes(30)).in(CACHE);
  public static final Keyspace<Document> KEYWORD_POSTS       = json("keyword-posts", "post:keyword:{keyword}").expires(ofMinutes(15)).in(CACHE);
  public static final Keyspace<Document> KEYWORD_TRENDS      = json("keyword-trend", "trend:keyword:{keyword}").expires(ofMinutes(30)).in(CACHE);
  public static final Keyspace<Document> CONTENTS            = json("content", "content:{id}").expires(ofHours(2)).in(CACHE);
  public static final Keyspace<Document> METRICS             = json("metrics", "metrics:{type}:{date}").expires(ofHours(1)).in(CACHE);
  public static final Keyspace<Document> SCRIPTS             = json("script", "cache:script:{hash}").expires(ofHours(24)).in(CACHE);

  // Configurations, indexes and companion keys of the caches.
  public static final Keyspace<Document> CONFIGS             = json("config", "config:{name}").lives(never()).in(CACHE);
  public static final Keyspace<Void>     TAGS                = special("tag", "index:tag:{tag}", SORTED_SET).lives(withOthers()).in(CACHE);
  public static final Keyspace<Void>     NOTES               = special("note", "note:{{key}}", TEXT).lives(withOthers()).in(CACHE);
  public static final Keyspace<Void>     CLAIMS              = special("claim", "claim:{{key}}", TEXT).lives(withOthers()).in(CACHE);
  public static final Keyspace<Void>     STALE_COPIES        = special("stale-copy", "stale:{{key}}", HASH).lives(withOthers()).in(CACHE);
  public static final Keyspace<Void>     LOADS               = special("load", "index:loads:{keyspace}", SORTED_SET).lives(withOthers()).in(CACHE);
  public static final Keyspace<Document> INVALIDATIONS       = json("invalidation", "invalidation:{id}").expires(ofHours(1)).in(CACHE);
  public static final Keyspace<Document> RECORDS             = json("record", "record:{key}").expires(ofSeconds(10)).in(CACHE);
  public static final Keyspace<Void>     CONFIG_VERSIONS     = special("config-versions", "versions:{{key}}", LIST).lives(never()).in(CACHE);

  // Status.
  public static final Keyspace<Document> PODCAST_STATUSES    = json("podcast", "cache:podcast_status:{id}").expires(ofMinutes(5)).in(STATUS);
  public static final Keyspace<Fields>   REQUEST_STATUSES    = hash("request", "request:status:{id}").expires(ofHours(1)).in(STATUS);
  public static final Keyspace<Document> CRAWL_STATUSES      = json("crawl", "crawl:status:{id}").expires(ofHours(1)).in(STATUS);
  public static final Keyspace<Document> DEPLOY_STATUSES     = json("deploy", "deploy:status:{id}").expires(ofMinutes(30)).in(STATUS);
  public static final Keyspace<Void>     STATUS_FEEDS        = special("status-feed", "feed:status:{kind}:{id}", STREAM).lives(withOthers()).in(STATUS);
  public static final Keyspace<Void>     STATUS_RUNS         = special("status-run", "run:{{key}}", HASH).lives(withOthers()).in(STATUS);
  public static final Keyspace<Void>     STATUS_UNDERWAY     = special("status-underway", "index:underway:{kind}", SORTED_SET).lives(never()).in(STATUS);
  public static final Keyspace<Void>     STATUS_CHILDREN     = special("status-children", "children:{{key}}", HASH).lives(withOthers()).in(STATUS);
  public static final Keyspace<Void>     STATUS_DURATIONS    = special("status-durations", "durations:status:{kind}", LIST).lives(withOthers()).in(STATUS);

  // Providers.
  public static final Keyspace<Fields>   PROVIDERS           = hash("provider", "provider:health:{id}").expires(ofMinutes(5)).in(HEALTH);
  public static final Keyspace<Void>     PROVIDER_WINDOWS    = special("provider-window", "window:provider:{id}", HASH).expires(ofMinutes(15)).in(HEALTH);
  public static final Keyspace<Void>     PROVIDER_WINDOWS_BESIDE = special("provider-window-beside", "window:{{key}}", HASH).lives(withOthers()).in(HEALTH);
  public static final Keyspace<Void>     PROVIDER_CALLS      = special("provider-calls", "calls:{{key}}", SORTED_SET).expires(ofHours(1)).in(HEALTH);
  public static final Keyspace<Void>     PROVIDER_TOKENS     = special("provider-tokens", "tokens:{{key}}", HASH).expires(ofHours(1)).in(HEALTH);
  public static final Keyspace<Void>     CANARIES            = special("canary", "canary:{node}", TEXT).expires(ofSeconds(10)).in(HEALTH);
  public static final Keyspace<Void>     SELF_TESTS          = special("self-test", "selftest:{run}", TEXT).expires(ofSeconds(30)).in(HEALTH);
  public static final Keyspace<Void>     KEY_USES            = special("key-uses", "index:key-uses", HASH).expires(ofDays(90)).in(HEALTH);
  public static final Keyspace<Void>     AUDIT               = special("audit", "index:audit", LIST).expires(ofDays(90)).in(HEALTH);
  public static final Keyspace<Void>     PROVIDER_GROUPS     = special("provider-group", "group:provider:{group}", SORTED_SET).lives(withOthers()).in(HEALTH);
  public static final Keyspace<Void>     PROVIDERS_KNOWN     = special("providers-known", "index:providers", SORTED_SET).lives(never()).in(HEALTH);
  public static final Keyspace<Void>     PROVIDERS_DUE       = special("providers-due", "index:providers-due", SORTED_SET).lives(never()).in(HEALTH);

  // Streams.
  public static final Keyspace<Fields>   STREAMS             = hash("stream", "stream:{path}").slides(ofDays(30)).in(Owner.STREAM);
  public static final Keyspace<Void>     STREAM_CHUNKS       = special("stream-chunk", "chunk:{{key}}:{number}", TEXT).lives(withOthers()).in(Owner.STREAM);
  public static final Keyspace<Void>     STREAM_PRODUCERS    = special("stream-producers", "producers:{{key}}", HASH).lives(withOthers()).in(Owner.STREAM);
  public static final Keyspace<Void>     STREAM_FORKS        = special("stream-forks", "forks:{{key}}", SORTED_SET).lives(withOthers()).in(Owner.STREAM);
  public static final Keyspace<Void>     STREAMS_DUE         = special("streams-due", "index:streams-due", SORTED_SET).lives(never()).in(Owner.STREAM);
  public static final Keyspace<Void>     STREAMS_DUE_PARTS = special("streams-due-part", "index:streams-due:{part}", SORTED_SET).lives(never()).in(Owner.STREAM);

  // Subscriptions to streams.
  public static final Keyspace<Void>     SUBSCRIPTIONS       = special("subscription", "subscription:{id}", HASH).lives(never()).in(Owner.STREAM);
  public static final Keyspace<Void>     SUBSCRIPTION_LINKS  = special("subscription-links", "links:{{key}}", HASH).lives(never()).in(Owner.STREAM);
  public static final Keyspace<Void>     SUBSCRIPTION_EXPLICIT = special("subscription-explicit", "explicit:{{key}}", HASH).lives(never()).in(Owner.STREAM);
  public static final Keyspace<Void>     SUBSCRIPTION_PENDING = special("subscription-pending", "pending:{{key}}", SORTED_SET).lives(never()).in(Owner.STREAM);
  public static final Keyspace<Void>     SUBSCRIPTIONS_DUE   = special("subscriptions-due", "index:subscriptions-due", SORTED_SET).lives(never()).in(Owner.STREAM);
  public static final Keyspace<Void>     WAKE_KEYS           = special("wake-keys", "wake:keys", HASH).lives(never()).in(Owner.STREAM);

  // Webhooks: what one script touches has one hash tag; a part of the outbox has the slot of what changed.
  public static final Keyspace<Void>     OUTBOX              = special("outbox", "outbox:{WEBHOOKS}:events", STREAM).expires(ofDays(7)).in(Owner.WEBHOOK);
  public static final Keyspace<Void>     OUTBOX_COUNTERS     = special("outbox-counters", "outbox:{WEBHOOKS}:counters", HASH).lives(never()).in(Owner.WEBHOOK);
  public static final Keyspace<Void>     WEBHOOKS            = special("webhooks", "webhook:{WEBHOOKS}:endpoints", HASH).lives(never()).in(Owner.WEBHOOK);
  public static final Keyspace<Void>     WEBHOOK_OWNERS      = special("webhook-owner", "webhook:{WEBHOOKS}:owner:{endpoint}", TEXT).expires(ofSeconds(60)).in(Owner.WEBHOOK);
  public static final Keyspace<Void>     WEBHOOK_ATTEMPTS    = special("webhook-attempts", "webhook:{WEBHOOKS}:attempts:{endpoint}", LIST).expires(ofDays(7)).in(Owner.WEBHOOK);
  public static final Keyspace<Void>     DEAD_LETTERS        = special("dead-letters", "webhook:{WEBHOOKS}:dead:{endpoint}", STREAM).expires(ofDays(30)).in(Owner.WEBHOOK);
  public static final Keyspace<Void>     OUTBOX_PARTS        = special("outbox-part", "outbox:part:{s{slot}}", STREAM).expires(ofDays(7)).in(Owner.WEBHOOK);
  public static final Keyspace<Void>     OUTBOX_STATES       = special("outbox-part-states", "outbox:states:{s{slot}}", HASH).lives(never()).in(Owner.WEBHOOK);
  public static final Keyspace<Void>     OUTBOX_GATHERED     = special("outbox-gathered", "outbox:{WEBHOOKS}:gathered", HASH).lives(never()).in(Owner.WEBHOOK);
  public static final Keyspace<Void>     OUTBOX_SWEEPS       = special("outbox-sweep", "outbox:{WEBHOOKS}:sweep", TEXT).expires(ofSeconds(60)).in(Owner.WEBHOOK);

  /** Keyspaces that {@code /caches} serves; no cache operation touches any other. */
  public static final List<Keyspace<Document>> CACHES =
      List.of(
          TOPICS,
          TOPIC_LISTS,
          SNIPPETS,
          SNIPPET_PAGES,
          USERS,
          USER_KEYWORDS,
          KEYWORD_POSTS,
          KEYWORD_TRENDS,
          CONTENTS,
          METRICS,
          SCRIPTS);

  /** Companion keys derived from an entry: each write and removal deletes them. */
  public static final List<Keyspace<?>> DERIVED = List.of(CLAIMS, STALE_COPIES);

  public static final List<Keyspace<?>> ALL =
      Stream.<List<? extends Keyspace<?>>>of(
              List.of(SESSIONS_AETHERCAST, SESSIONS_COUNCIL, SESSIONS_CONTENT, PLAYBACKS),
              List.of(PLAYBACK_SOCKETS, PLAYBACKS_DUE, PLAYBACKS_DUE_PARTS, LISTENERS),
              List.of(LISTENER_USERS, LISTENER_LEASES, AUDIENCES, MOST_HEARD, AUDIENCES_DUE, AUDIENCES_DUE_PARTS),
              List.of(USER_STREAMS, USER_TURNS, TICKETS),
              List.of(USER_SESSIONS, LIVE_SESSIONS, LIVE_SESSIONS_PARTS, ENDED_SESSIONS, ENDED_SESSIONS_PARTS),
              List.of(USER_SESSION_ORDER, USER_LOGOUTS, LOGOUT_SEARCHES),
              List.of(SESSION_FACTS, SESSION_TAILS, SESSION_APPENDS, HISTORIES_PENDING, HISTORIES_PENDING_PARTS),
              CACHES,
              List.of(CONFIGS, TAGS, NOTES, CLAIMS, STALE_COPIES, LOADS, INVALIDATIONS, RECORDS, CONFIG_VERSIONS),
              List.of(PODCAST_STATUSES, REQUEST_STATUSES, CRAWL_STATUSES, DEPLOY_STATUSES),
              List.of(STATUS_FEEDS, STATUS_RUNS, STATUS_UNDERWAY, STATUS_CHILDREN, STATUS_DURATIONS),
              List.of(PROVIDERS, PROVIDER_WINDOWS, PROVIDER_WINDOWS_BESIDE, PROVIDER_CALLS, PROVIDER_TOKENS),
              List.of(PROVIDER_GROUPS, PROVIDERS_KNOWN, PROVIDERS_DUE),
              List.of(CANARIES, SELF_TESTS, KEY_USES, AUDIT),
              List.of(STREAMS, STREAM_CHUNKS, STREAM_PRODUCERS, STREAM_FORKS, STREAMS_DUE, STREAMS_DUE_PARTS),
              List.of(SUBSCRIPTIONS, SUBSCRIPTION_LINKS, SUBSCRIPTION_EXPLICIT, SUBSCRIPTION_PENDING),
              List.of(SUBSCRIPTIONS_DUE, WAKE_KEYS),
              List.of(OUTBOX, OUTBOX_COUNTERS, WEBHOOKS, WEBHOOK_OWNERS, WEBHOOK_ATTEMPTS, DEAD_LETTERS),
              List.of(OUTBOX_PARTS, OUTBOX_STATES, OUTBOX_GATHERED, OUTBOX_SWEEPS))
          .<Keyspace<?>>flatMap(List::stream)
          .toList();
  /** Keyspaces that only Aetherkeep writes and no client names; damaged keys are rebuilt. */
  public static final List<Keyspace<?>> OWN =
      ALL.stream()
          .filter(keyspace -> keyspace.layout() != JSON)
          .filter(keyspace -> !List.of(SESSIONS_COUNCIL, REQUEST_STATUSES, PROVIDERS, STREAMS).contains(keyspace))
          .toList();
  // spotless:on

  static {
    Laws.hold(ALL);
  }

  private Keyspaces() {}

  /** The keyspaces that {@code /caches} serves in a space. */
  public static List<Keyspace<Document>> caches(Space space) {
    return caches(space.caches());
  }

  private static List<Keyspace<Document>> caches(SpaceCaches caches) {
    return Stream.concat(caches.builtIn() ? CACHES.stream() : Stream.empty(), caches.own().stream())
        .toList();
  }

  /** All keyspaces of a space: those of the catalogue and of its configuration. */
  public static List<Keyspace<?>> of(Space space) {
    return of(space.caches());
  }

  /** All keyspaces of a space with these caches. */
  public static List<Keyspace<?>> of(SpaceCaches caches) {
    if (caches.equals(SpaceCaches.BUILT_IN)) {
      return ALL;
    }
    return Stream.concat(
            ALL.stream().filter(keyspace -> !CACHES.contains(keyspace)), caches(caches).stream())
        .<Keyspace<?>>map(keyspace -> keyspace)
        .toList();
  }

  /** Why a keyspace conflicts with others, if it does. */
  public static Optional<String> conflict(
      Keyspace<?> keyspace, Collection<? extends Keyspace<?>> others) {
    return others.stream().flatMap(other -> Laws.conflict(keyspace, other).stream()).findFirst();
  }

  public static Optional<Keyspace<Document>> cache(String name) {
    return CACHES.stream().filter(keyspace -> keyspace.name().equals(name)).findFirst();
  }
}
