package io.aetherkeep.catalogue;

import static io.aetherkeep.keyspace.Lifetime.End.AFTER_ACCESS;
import static io.aetherkeep.keyspace.Lifetime.End.AFTER_WRITE;
import static io.aetherkeep.keyspace.Lifetime.End.NEVER;
import static io.aetherkeep.keyspace.Lifetime.End.WITH_OTHERS;
import static io.aetherkeep.keyspace.Owner.CACHE;
import static io.aetherkeep.keyspace.Owner.HEALTH;
import static io.aetherkeep.keyspace.Owner.SESSION;
import static io.aetherkeep.keyspace.Owner.STATUS;
import static io.aetherkeep.keyspace.Owner.STREAM;
import static io.aetherkeep.keyspace.Owner.WEBHOOK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.keyspace.Lifetime.End;
import io.aetherkeep.keyspace.Owner;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.keyspace.SpaceCaches;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The catalogue matches the specification of keyspaces, which is copied here by hand. */
class KeyspacesTest {

  /** Row of the specification: a key of the keyspace as Redis sees it. */
  private record Row(
      Keyspace<?> keyspace,
      List<String> ids,
      String key,
      String type,
      End end,
      long seconds,
      Owner owner) {

    @Override
    public String toString() {
      return key;
    }
  }

  private static Row row(
      Keyspace<?> keyspace, String ids, String key, String type, End end, long seconds, Owner in) {
    List<String> split = ids.isEmpty() ? List.of() : List.of(ids.split(","));
    return new Row(keyspace, split, key, type, end, seconds, in);
  }

  // spotless:off — to keep the table's columns.
  static Stream<Row> rows() {
    return Stream.of(
        row(Keyspaces.SESSIONS_AETHERCAST, "s1", "session:s1", "string", AFTER_ACCESS, 1800, SESSION),
        row(Keyspaces.SESSIONS_COUNCIL, "s1", "session:s1", "hash", AFTER_ACCESS, 2592000, SESSION),
        row(Keyspaces.SESSIONS_CONTENT, "s1", "session:s1", "string", AFTER_ACCESS, 3600, SESSION),
        row(Keyspaces.PLAYBACKS, "s1", "playback:s1", "hash", AFTER_WRITE, 86400, SESSION),
        // Not in the specification: keys of playback.
        row(Keyspaces.PLAYBACK_SOCKETS, "playback:s1", "connections:{playback:s1}", "zset", WITH_OTHERS, 0, SESSION),
        row(Keyspaces.PLAYBACKS_DUE, "", "index:playbacks-due", "zset", NEVER, 0, SESSION),
        row(Keyspaces.PLAYBACKS_DUE_PARTS, "7", "index:playbacks-due:7", "zset", NEVER, 0, SESSION),
        row(Keyspaces.LISTENERS, "p1", "listeners:p1", "zset", WITH_OTHERS, 0, SESSION),
        // Not in the specification: keys of listeners.
        row(Keyspaces.LISTENER_USERS, "listeners:p1", "users:{listeners:p1}", "zset", WITH_OTHERS, 0, SESSION),
        row(Keyspaces.LISTENER_LEASES, "listeners:p1", "leases:{listeners:p1}", "zset", WITH_OTHERS, 0, SESSION),
        row(Keyspaces.AUDIENCES, "listeners:p1", "audience:{listeners:p1}", "hash", AFTER_WRITE, 90000, SESSION),
        row(Keyspaces.MOST_HEARD, "", "index:most-heard", "zset", NEVER, 0, SESSION),
        row(Keyspaces.AUDIENCES_DUE, "", "index:audiences-due", "zset", NEVER, 0, SESSION),
        row(Keyspaces.AUDIENCES_DUE_PARTS, "7", "index:audiences-due:7", "zset", NEVER, 0, SESSION),
        row(Keyspaces.USER_STREAMS, "u1", "index:user-streams:u1", "zset", WITH_OTHERS, 0, SESSION),
        row(Keyspaces.USER_TURNS, "u1", "turns:u1", "hash", WITH_OTHERS, 0, SESSION),
        row(Keyspaces.TICKETS, "h1", "ticket:h1", "string", AFTER_WRITE, 30, SESSION),
        row(Keyspaces.USER_SESSIONS, "u1", "index:user-sessions:u1", "zset", WITH_OTHERS, 0, SESSION),
        row(Keyspaces.LIVE_SESSIONS, "", "index:sessions", "zset", NEVER, 0, SESSION),
        row(Keyspaces.LIVE_SESSIONS_PARTS, "7", "index:sessions:7", "zset", NEVER, 0, SESSION),
        // Not in the specification: the session verticle's own keys.
        row(Keyspaces.ENDED_SESSIONS, "", "index:ended-sessions", "zset", NEVER, 0, SESSION),
        row(Keyspaces.ENDED_SESSIONS_PARTS, "7", "index:ended-sessions:7", "zset", NEVER, 0, SESSION),
        row(Keyspaces.USER_SESSION_ORDER, "index:user-sessions:u1", "order:{index:user-sessions:u1}", "zset", WITH_OTHERS, 0, SESSION),
        row(Keyspaces.USER_LOGOUTS, "index:user-sessions:u1", "logout:{index:user-sessions:u1}", "string", WITH_OTHERS, 0, SESSION),
        row(Keyspaces.LOGOUT_SEARCHES, "", "index:logout-searches", "zset", NEVER, 0, SESSION),
        row(Keyspaces.SESSION_FACTS, "session:s1", "facts:{session:s1}", "hash", WITH_OTHERS, 0, SESSION),
        row(Keyspaces.SESSION_TAILS, "session:s1", "tail:{session:s1}", "list", WITH_OTHERS, 0, SESSION),
        row(Keyspaces.SESSION_APPENDS, "session:s1", "appends:{session:s1}", "hash", WITH_OTHERS, 0, SESSION),
        row(Keyspaces.HISTORIES_PENDING, "", "index:histories-pending", "zset", NEVER, 0, SESSION),
        row(Keyspaces.HISTORIES_PENDING_PARTS, "7", "index:histories-pending:7", "zset", NEVER, 0, SESSION),
        row(Keyspaces.TOPICS, "t1", "cache:topic:t1", "string", AFTER_WRITE, 3600, CACHE),
        row(Keyspaces.TOPIC_LISTS, "", "cache:topics:all", "string", AFTER_WRITE, 21600, CACHE),
        row(Keyspaces.SNIPPETS, "n1", "cache:snippet:n1", "string", AFTER_WRITE, 1800, CACHE),
        row(Keyspaces.SNIPPET_PAGES, "t1,2", "cache:snippets:topic:t1:page:2", "string", AFTER_WRITE, 900, CACHE),
        row(Keyspaces.USERS, "u1", "user:u1", "string", AFTER_WRITE, 3600, CACHE),
        row(Keyspaces.USER_KEYWORDS, "u1", "keyword:user:u1", "string", AFTER_WRITE, 1800, CACHE),
        row(Keyspaces.KEYWORD_POSTS, "k1", "post:keyword:k1", "string", AFTER_WRITE, 900, CACHE),
        row(Keyspaces.KEYWORD_TRENDS, "k1", "trend:keyword:k1", "string", AFTER_WRITE, 1800, CACHE),
        row(Keyspaces.CONTENTS, "c1", "content:c1", "string", AFTER_WRITE, 7200, CACHE),
        row(Keyspaces.METRICS, "views,2026-11-21", "metrics:views:2026-11-21", "string", AFTER_WRITE, 3600, CACHE),
        row(Keyspaces.SCRIPTS, "h1", "cache:script:h1", "string", AFTER_WRITE, 86400, CACHE),
        row(Keyspaces.CONFIGS, "council", "config:council", "string", NEVER, 0, CACHE),
        // Not in the specification: the cache verticle's own keys.
        row(Keyspaces.TAGS, "news", "index:tag:news", "zset", WITH_OTHERS, 0, CACHE),
        row(Keyspaces.NOTES, "cache:topic:t1", "note:{cache:topic:t1}", "string", WITH_OTHERS, 0, CACHE),
        row(Keyspaces.CLAIMS, "cache:topic:t1", "claim:{cache:topic:t1}", "string", WITH_OTHERS, 0, CACHE),
        row(Keyspaces.STALE_COPIES, "cache:topic:t1", "stale:{cache:topic:t1}", "hash", WITH_OTHERS, 0, CACHE),
        row(Keyspaces.LOADS, "topic", "index:loads:topic", "zset", WITH_OTHERS, 0, CACHE),
        row(Keyspaces.INVALIDATIONS, "i1", "invalidation:i1", "string", AFTER_WRITE, 3600, CACHE),
        row(Keyspaces.RECORDS, "cache:podcast_status:p1", "record:cache:podcast_status:p1", "string", AFTER_WRITE, 10, CACHE),
        row(Keyspaces.CONFIG_VERSIONS, "config:council", "versions:{config:council}", "list", NEVER, 0, CACHE),
        row(Keyspaces.PODCAST_STATUSES, "p1", "cache:podcast_status:p1", "string", AFTER_WRITE, 300, STATUS),
        row(Keyspaces.REQUEST_STATUSES, "r1", "request:status:r1", "hash", AFTER_WRITE, 3600, STATUS),
        row(Keyspaces.CRAWL_STATUSES, "c1", "crawl:status:c1", "string", AFTER_WRITE, 3600, STATUS),
        row(Keyspaces.DEPLOY_STATUSES, "d1", "deploy:status:d1", "string", AFTER_WRITE, 1800, STATUS),
        row(Keyspaces.STATUS_FEEDS, "crawl,c1", "feed:status:crawl:c1", "stream", WITH_OTHERS, 0, STATUS),
        // Not in the specification: the status verticle's own keys.
        row(Keyspaces.STATUS_RUNS, "crawl:status:c1", "run:{crawl:status:c1}", "hash", WITH_OTHERS, 0, STATUS),
        row(Keyspaces.STATUS_UNDERWAY, "crawl", "index:underway:crawl", "zset", NEVER, 0, STATUS),
        row(Keyspaces.STATUS_CHILDREN, "crawl:status:c1", "children:{crawl:status:c1}", "hash", WITH_OTHERS, 0, STATUS),
        row(Keyspaces.STATUS_DURATIONS, "crawl", "durations:status:crawl", "list", WITH_OTHERS, 0, STATUS),
        row(Keyspaces.PROVIDERS, "openai", "provider:health:openai", "hash", AFTER_WRITE, 300, HEALTH),
        row(Keyspaces.PROVIDER_WINDOWS, "openai", "window:provider:openai", "hash", AFTER_WRITE, 900, HEALTH),
        row(Keyspaces.PROVIDER_WINDOWS_BESIDE, "provider:health:openai", "window:{provider:health:openai}", "hash", WITH_OTHERS, 0, HEALTH),
        // Not in the specification: the health verticle's own keys.
        row(Keyspaces.PROVIDER_CALLS, "provider:health:openai", "calls:{provider:health:openai}", "zset", AFTER_WRITE, 3600, HEALTH),
        row(Keyspaces.PROVIDER_TOKENS, "provider:health:openai", "tokens:{provider:health:openai}", "hash", AFTER_WRITE, 3600, HEALTH),
        row(Keyspaces.PROVIDER_GROUPS, "chat", "group:provider:chat", "zset", WITH_OTHERS, 0, HEALTH),
        row(Keyspaces.PROVIDERS_KNOWN, "", "index:providers", "zset", NEVER, 0, HEALTH),
        row(Keyspaces.PROVIDERS_DUE, "", "index:providers-due", "zset", NEVER, 0, HEALTH),
        row(Keyspaces.CANARIES, "n1", "canary:n1", "string", AFTER_WRITE, 10, HEALTH),
        row(Keyspaces.SELF_TESTS, "r1", "selftest:r1", "string", AFTER_WRITE, 30, HEALTH),
        row(Keyspaces.KEY_USES, "", "index:key-uses", "hash", AFTER_WRITE, 7776000, HEALTH),
        row(Keyspaces.AUDIT, "", "index:audit", "list", AFTER_WRITE, 7776000, HEALTH),
        // Not in the specification: streams, each with all its keys in one slot.
        row(Keyspaces.STREAMS, "chat/1", "stream:chat/1", "hash", AFTER_ACCESS, 2592000, STREAM),
        row(Keyspaces.STREAM_CHUNKS, "stream:a:b,0", "chunk:{stream:a:b}:0", "string", WITH_OTHERS, 0, STREAM),
        row(Keyspaces.STREAM_PRODUCERS, "stream:a", "producers:{stream:a}", "hash", WITH_OTHERS, 0, STREAM),
        row(Keyspaces.STREAM_FORKS, "stream:a", "forks:{stream:a}", "zset", WITH_OTHERS, 0, STREAM),
        row(Keyspaces.STREAMS_DUE, "", "index:streams-due", "zset", NEVER, 0, STREAM),
        row(Keyspaces.STREAMS_DUE_PARTS, "7", "index:streams-due:7", "zset", NEVER, 0, STREAM),
        row(Keyspaces.SUBSCRIPTIONS, "s1", "subscription:s1", "hash", NEVER, 0, STREAM),
        row(
            Keyspaces.SUBSCRIPTION_LINKS,
            "subscription:s1",
            "links:{subscription:s1}",
            "hash",
            NEVER,
            0,
            STREAM),
        row(
            Keyspaces.SUBSCRIPTION_EXPLICIT,
            "subscription:s1",
            "explicit:{subscription:s1}",
            "hash",
            NEVER,
            0,
            STREAM),
        row(
            Keyspaces.SUBSCRIPTION_PENDING,
            "subscription:s1",
            "pending:{subscription:s1}",
            "zset",
            NEVER,
            0,
            STREAM),
        row(Keyspaces.SUBSCRIPTIONS_DUE, "", "index:subscriptions-due", "zset", NEVER, 0, STREAM),
        row(Keyspaces.WAKE_KEYS, "", "wake:keys", "hash", NEVER, 0, STREAM),
        // Not in the document: the outbox, and the endpoints of webhooks.
        row(Keyspaces.OUTBOX, "", "outbox:{WEBHOOKS}:events", "stream", AFTER_WRITE, 604800, WEBHOOK),
        row(Keyspaces.OUTBOX_COUNTERS, "", "outbox:{WEBHOOKS}:counters", "hash", NEVER, 0, WEBHOOK),
        row(Keyspaces.WEBHOOKS, "", "webhook:{WEBHOOKS}:endpoints", "hash", NEVER, 0, WEBHOOK),
        row(Keyspaces.WEBHOOK_OWNERS, "wh_1", "webhook:{WEBHOOKS}:owner:wh_1", "string", AFTER_WRITE, 60, WEBHOOK),
        row(Keyspaces.WEBHOOK_ATTEMPTS, "wh_1", "webhook:{WEBHOOKS}:attempts:wh_1", "list", AFTER_WRITE, 604800, WEBHOOK),
        row(Keyspaces.DEAD_LETTERS, "wh_1", "webhook:{WEBHOOKS}:dead:wh_1", "stream", AFTER_WRITE, 2592000, WEBHOOK),
        row(Keyspaces.OUTBOX_PARTS, "7z", "outbox:part:{s7z}", "stream", AFTER_WRITE, 604800, WEBHOOK),
        row(Keyspaces.OUTBOX_STATES, "7z", "outbox:states:{s7z}", "hash", NEVER, 0, WEBHOOK),
        row(Keyspaces.OUTBOX_GATHERED, "", "outbox:{WEBHOOKS}:gathered", "hash", NEVER, 0, WEBHOOK),
        row(Keyspaces.OUTBOX_SWEEPS, "", "outbox:{WEBHOOKS}:sweep", "string", AFTER_WRITE, 60, WEBHOOK));
  }
  // spotless:on

  @ParameterizedTest
  @MethodSource("rows")
  void keyspace_isAsTheDocumentHasIt(Row row) {
    assertEquals(row.key, row.keyspace.key(row.ids).text());
    assertEquals(Optional.of(row.ids), row.keyspace.pattern().parse(row.key));
    assertEquals(row.type, row.keyspace.layout().redisType());
    assertEquals(row.end, row.keyspace.lifetime().end());
    assertEquals(row.seconds, row.keyspace.lifetime().length().toSeconds());
    assertEquals(row.owner, row.keyspace.owner());
  }

  @Test
  void document_hasEveryKeyspaceOnce() {
    assertEquals(Keyspaces.ALL, rows().<Keyspace<?>>map(Row::keyspace).toList());
  }

  @Test
  void everyDeclaredKeyspace_isInTheListWhoseLawsAreChecked() throws Exception {
    Set<Object> declared = new HashSet<>();
    for (var field : Keyspaces.class.getFields()) {
      if (field.getType() == Keyspace.class) {
        declared.add(field.get(null));
      }
    }
    assertEquals(declared, new HashSet<Object>(Keyspaces.ALL));
  }

  @Test
  void noKeyOfTheDocument_isAnotherKeyspacesToo() {
    for (Row row : rows().toList()) {
      List<Keyspace<?>> claimants =
          Keyspaces.ALL.stream()
              .<Keyspace<?>>map(keyspace -> keyspace)
              .filter(keyspace -> keyspace.pattern().parse(row.key).isPresent())
              .toList();
      assertEquals(row.key.startsWith("session:") ? 3 : 1, claimants.size(), row.key);
    }
  }

  @Test
  void sessions_areOfOneDialectAndAllElseOfAny() {
    assertEquals(Dialect.AETHERCAST, Keyspaces.SESSIONS_AETHERCAST.dialect());
    assertEquals(Dialect.COUNCIL, Keyspaces.SESSIONS_COUNCIL.dialect());
    assertEquals(Dialect.CONTENT, Keyspaces.SESSIONS_CONTENT.dialect());
    for (Keyspace<?> keyspace : Keyspaces.ALL) {
      assertEquals(keyspace.name().equals("session"), keyspace.dialect() != Dialect.ANY);
    }
  }

  @Test
  void caches_haveNamesThatCanStandInAnAddress() {
    Set<String> names = new HashSet<>();
    for (Keyspace<?> cache : Keyspaces.CACHES) {
      assertTrue(cache.name().matches("[a-z]+(-[a-z]+)*"), cache.name());
      assertTrue(names.add(cache.name()), cache.name());
      assertEquals(CACHE, cache.owner());
    }
  }

  @Test
  void cache_isFoundByItsNameAndNothingElseIs() {
    for (Keyspace<?> keyspace : Keyspaces.ALL) {
      assertEquals(
          Keyspaces.CACHES.contains(keyspace), Keyspaces.cache(keyspace.name()).isPresent());
    }
    assertEquals(Optional.of(Keyspaces.SNIPPET_PAGES), Keyspaces.cache("snippet-page"));
    assertEquals(Optional.empty(), Keyspaces.cache("config"));
    assertEquals(Optional.empty(), Keyspaces.cache(""));
  }

  @Test
  void space_hasTheCatalogueAndWhatItDeclares() {
    Keyspace<Document> book = Keyspace.json("book", "book:{id}").in(CACHE);
    Space space = new Space("library", "", Dialect.ANY, 1 << 20, Map.of());
    assertEquals(Keyspaces.ALL, Keyspaces.of(space));
    Space more = space.with(new SpaceCaches(true, List.of(book)));
    assertEquals(Keyspaces.CACHES.size() + 1, Keyspaces.caches(more).size());
    assertEquals(Keyspaces.ALL.size() + 1, Keyspaces.of(more).size());
    Space alone = space.with(new SpaceCaches(false, List.of(book)));
    assertEquals(List.of(book), Keyspaces.caches(alone));
    assertTrue(Keyspaces.of(alone).containsAll(List.of(Keyspaces.CONFIGS, Keyspaces.STREAMS)));
    assertFalse(Keyspaces.of(alone).contains(Keyspaces.TOPICS));
  }

  @Test
  void conflict_isWhyAKeyspaceCannotStandBesideOthers() {
    assertEquals(
        Optional.of("A key could belong to both session:{key} and session:{id}"),
        Keyspaces.conflict(Keyspace.json("mine", "session:{key}").in(CACHE), Keyspaces.ALL));
    assertEquals(
        Optional.of("Two keyspaces are named topic"),
        Keyspaces.conflict(Keyspace.json("topic", "mine:{id}").in(CACHE), Keyspaces.ALL));
    assertEquals(
        Optional.empty(),
        Keyspaces.conflict(Keyspace.json("mine", "mine:{id}").in(CACHE), Keyspaces.ALL));
  }
}
