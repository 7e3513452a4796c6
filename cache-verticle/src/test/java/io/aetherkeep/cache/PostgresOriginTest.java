package io.aetherkeep.cache;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.cache.settings.CacheSettings;
import io.aetherkeep.cache.settings.CacheSettings.Declarations;
import io.aetherkeep.catalogue.CacheAsks.Entry;
import io.aetherkeep.catalogue.CacheAsks.ReadEntry;
import io.aetherkeep.catalogue.CacheAsks.Source;
import io.aetherkeep.catalogue.ConfigAsks.ConfigList;
import io.aetherkeep.catalogue.ConfigAsks.ConfigRow;
import io.aetherkeep.catalogue.ConfigAsks.ConfigVersion;
import io.aetherkeep.catalogue.ConfigAsks.ConfigWrite;
import io.aetherkeep.catalogue.ConfigAsks.ConfigWritten;
import io.aetherkeep.catalogue.ConfigAsks.ConfigsWritten;
import io.aetherkeep.catalogue.ConfigAsks.ListConfigVersions;
import io.aetherkeep.catalogue.ConfigAsks.ListConfigs;
import io.aetherkeep.catalogue.ConfigAsks.ReadConfig;
import io.aetherkeep.catalogue.ConfigAsks.RemoveConfig;
import io.aetherkeep.catalogue.ConfigAsks.WriteConfig;
import io.aetherkeep.catalogue.ConfigAsks.WriteConfigs;
import io.aetherkeep.catalogue.ConfigAsks.WrittenConfig;
import io.aetherkeep.catalogue.OriginAsks.AppendToOrigin;
import io.aetherkeep.catalogue.OriginAsks.LoadFromOrigin;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Dialect;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cache misses are loaded from the tables of the systems of record, in a real PostgreSQL. */
class PostgresOriginTest extends CacheDeployment {

  private static final String ID = "7d444840-9dc0-41d1-b245-5ffdce74fad2";
  private static final String SNIPPET = "0e3a2d3c-6a2f-4b8e-8a53-9c1f7f0a1b2c";

  private static EmbeddedPostgres postgres;

  @BeforeAll
  static void start() throws Exception {
    // A server time zone other than UTC.
    postgres = EmbeddedPostgres.builder().setServerConfig("timezone", "Asia/Tokyo").start();
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          create table topics_snippets (id uuid primary key,
            type text not null check (type in ('topic', 'snippet')), title text not null,
            summary text, keywords jsonb, source_url text, source_name text,
            original_topic_details jsonb, llm_model_used_for_snippet text, cover_art_prompt text,
            image_url text, generation_timestamp timestamptz not null,
            last_accessed_timestamp timestamptz, relevance_score real);
          create table generated_scripts (script_id uuid primary key,
            topic_hash text not null unique, structured_script_json jsonb not null,
            generation_timestamp timestamptz not null, llm_model_used text,
            last_accessed_timestamp timestamptz);
          create table podcasts (podcast_id uuid primary key, topic text not null,
            cpoa_status text, cpoa_error_message text, final_audio_filepath text, stream_id text,
            asf_websocket_url text, asf_notification_status text,
            task_created_timestamp timestamptz not null, last_updated_timestamp timestamptz,
            cpoa_full_orchestration_log jsonb, tts_settings_used jsonb);
          create table user_sessions (session_id uuid primary key,
            created_timestamp timestamptz not null, last_seen_timestamp timestamptz not null,
            preferences_json jsonb);
          create table workflow_instances (
            workflow_id uuid primary key default gen_random_uuid(), user_id uuid,
            trigger_event_type varchar(255) not null, trigger_event_details_json jsonb,
            overall_status varchar(50) not null,
            start_timestamp timestamptz not null default current_timestamp,
            end_timestamp timestamptz,
            last_updated_timestamp timestamptz not null default current_timestamp,
            context_data_json jsonb, error_message text);
          create table messages (session text, content text, key text unique);
          create schema gateway;
          create table gateway.topics_snippets (id text primary key,
            type text not null check (type in ('topic', 'snippet')), title text not null,
            summary text, keywords text, source_url text, source_name text,
            original_topic_details text, llm_model_used_for_snippet text, cover_art_prompt text,
            image_url text, generation_timestamp text not null, last_accessed_timestamp text,
            relevance_score real);
          create table gateway.generated_scripts (script_id text primary key,
            topic_hash text not null unique, structured_script_json text not null,
            generation_timestamp text not null, llm_model_used text, last_accessed_timestamp text);
          create table gateway.podcasts (podcast_id text primary key, topic text not null,
            cpoa_status text, cpoa_error_message text, final_audio_filepath text, stream_id text,
            asf_websocket_url text, asf_notification_status text,
            task_created_timestamp text not null, last_updated_timestamp text,
            cpoa_full_orchestration_log text, tts_settings_used text);
          create table gateway.user_sessions (session_id text primary key,
            created_timestamp text not null, last_seen_timestamp text not null,
            preferences_json text);
          """);
      for (String schema : List.of("public", "gateway")) {
        statement.execute(
            """
            set search_path to %s;
            insert into topics_snippets (id, type, title, summary, keywords, generation_timestamp)
              values ('%s', 'topic', 'Black holes', 'Dark', '["space"]', '2026-01-31T12:00:00.5Z');
            insert into topics_snippets (id, type, title, summary, original_topic_details,
                generation_timestamp)
              values ('%s', 'snippet', 'Horizon', 'No way back', '{"topic_id": "t1"}',
                '2026-01-31T12:00:00Z');
            insert into generated_scripts values
              ('%3$s', 'h1', '{"lines": [1, 2.50]}', '2026-01-31T12:00:00Z');
            insert into podcasts (podcast_id, topic, cpoa_status, stream_id, task_created_timestamp)
              values ('%2$s', 'Black holes', 'audio_rendering', 'st1', '2026-01-31T12:00:00Z');
            insert into podcasts (podcast_id, topic, cpoa_status, task_created_timestamp)
              select ('00000000-0000-4000-8000-00000000000' || nr)::%4$s, 'Ends', word, now()
              from (values (1, 'completed'), (2, 'completed_with_asf_notification_failure'),
                (3, 'failed_wcha_content_harvest'), (4, 'initialization_failure'),
                (5, 'completing'), (6, ''), (7, null)) ends (nr, word);
            insert into user_sessions values ('%2$s', '2026-01-31T12:00:00Z',
              '2026-01-31T12:00:00Z', '{"preferred_topics": ["a"]}');
            """
                .formatted(schema, ID, SNIPPET, schema.equals("public") ? "uuid" : "text"));
      }
      statement.execute(
          """
          insert into gateway.topics_snippets (id, type, title, keywords, generation_timestamp)
            values ('bare', 'topic', 'Comets', 'ice, dust', '2026-01-31T12:00:00.551402');
          insert into public.workflow_instances (workflow_id, trigger_event_type, overall_status)
            values ('%s', 'podcast', 'in_progress');
          create schema "Their Council";
          set search_path to "Their Council";
          create table requests (id uuid primary key, user_id varchar(255), session_id uuid,
            query text not null, status varchar(50) not null, consensus_decision text,
            agreement_level decimal(3,2), total_cost decimal(10,4), total_latency_ms integer,
            created_at timestamp not null, completed_at timestamp,
            config_snapshot jsonb not null);
          create table sessions (id uuid primary key, user_id varchar(255) not null,
            created_at timestamp not null, last_activity_at timestamp not null,
            context_window_used integer not null, expired boolean default false);
          create table session_history (id uuid primary key,
            session_id uuid references sessions(id), role varchar(50) not null,
            content text not null, request_id uuid, created_at timestamp not null);
          create table configurations (id uuid primary key, config_type varchar(100) not null,
            config_data jsonb not null, version integer not null, created_at timestamp not null,
            active boolean default true);
          create table provider_health (provider_id varchar(255) primary key,
            status varchar(50) not null, success_rate decimal(5,4), avg_latency_ms integer,
            last_failure_at timestamp, disabled_reason text, updated_at timestamp not null);
          insert into requests (id, query, status, created_at, config_snapshot) values
            ('%1$s', 'Why?', 'processing', '2026-01-01', '{}');
          insert into configurations values
            (gen_random_uuid(), 'performance', '{"v": 1}', 1, '2026-01-01', false),
            (gen_random_uuid(), 'performance', '{"v": 2}', 2, '2026-01-01', true);
          insert into sessions values
            ('%1$s', 'u1', '2026-01-01T00:00:00', '2026-01-01T00:00:02.25', 12, false),
            ('%2$s', 'u1', now(), now(), 12, true);
          insert into session_history values
            (gen_random_uuid(), '%1$s', 'user', 'Why?', null, '2026-01-01T00:00:00'),
            (gen_random_uuid(), '%1$s', 'assistant', 'So.', '%2$s', '2026-01-01T00:00:01');
          insert into provider_health values
            ('openai', 'healthy', 0.9900, 120, '2026-01-01T00:00:00', null, now());
          """
              .formatted(ID, SNIPPET));
    }
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  @Override
  protected CacheSettings settings() {
    CacheSettings usual = CacheSettings.usual();
    String url = "postgresql://postgres:postgres@127.0.0.1:" + postgres.getPort() + "/postgres";
    return new CacheSettings(
        usual.near(),
        patientLoading(),
        new CacheSettings.Postgres(url, 2),
        Map.of(
            "aethercast",
            new Declarations(
                Dialect.AETHERCAST,
                "public",
                Map.of(
                    "history",
                        "insert into messages select $1::text, m->>'content', $3::text"
                            + " from (select $2::text::jsonb) as t(m) on conflict do nothing",
                    "content",
                        "select to_jsonb(n) from generate_series(1, 3) n where n = $1::text::int",
                    "user", "select pg_sleep(60)::text",
                    "user-keywords", "select to_jsonb(repeat('x', 2000000))",
                    "metrics", "select '{\"of\": 1}'::json where $1::text = 'a' and $2::text = 'b'",
                    "keyword-trend", "select nothing from nowhere where $1::text = ''")),
            "council",
            new Declarations(Dialect.COUNCIL, "Their Council", Map.of()),
            "content",
            new Declarations(Dialect.COUNCIL, "missing", Map.of()),
            PREFIXED,
            new Declarations(Dialect.AETHERCAST, "gateway", Map.of())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"aethercast", PREFIXED})
  void wordsOfAPodcastsEnd_areTheUsualOnes(String space) throws Exception {
    List<String> words = new ArrayList<>();
    for (int nr = 1; nr <= 7; nr++) {
      JsonObject podcast = load(space, "podcast", "00000000-0000-4000-8000-00000000000" + nr);
      words.add(podcast.getString("status") + " " + podcast.getString("error_message"));
    }
    assertEquals(
        List.of(
            "ready_to_stream null",
            "ready_to_stream null",
            "error failed_wcha_content_harvest",
            "error initialization_failure",
            "completing null",
            "queued null",
            "queued null"),
        words);
  }

  private JsonObject load(String space, String keyspace, String... ids) throws Exception {
    Document value = ask(new LoadFromOrigin(space, keyspace, List.of(ids))).value();
    return value == null ? null : new JsonObject(value.bytes());
  }

  @Test
  void appends_areWrittenToTheOriginByAStatement() throws Exception {
    Document message = Document.of("{\"role\": \"user\", \"content\": \"it's \\u00e9\"}");
    AppendToOrigin append = new AppendToOrigin("aethercast", "history", "s1", message, "k");
    ask(append);
    ask(append);
    ask(new AppendToOrigin("aethercast", "history", "s1", message, null));
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select count(*), min(content) from messages where session = 's1'")) {
      assertTrue(rows.next());
      assertEquals(2, rows.getInt(1));
      assertEquals("it's é", rows.getString(2));
    }
    assertRefused(
        Code.ORIGIN_UNAVAILABLE,
        new AppendToOrigin("aethercast", "history", "s1", Document.of("1e999999"), "k2"));
    assertRefused(
        Code.KEYSPACE_UNKNOWN, new AppendToOrigin("content", "history", "s1", message, null));
    assertRefused(
        Code.KEYSPACE_UNKNOWN, new AppendToOrigin("aethercast", "content", "1", message, null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"aethercast", PREFIXED})
  void topics_areTopicObjects(String space) throws Exception {
    JsonObject topic = load(space, "topic", ID);
    assertEquals(ID, topic.getString("topic_id"));
    assertEquals("Black holes", topic.getString("display_name"));
    assertEquals(new JsonArray().add("space"), topic.getJsonArray("keywords"));
    assertEquals("2026-01-31T12:00:00.5+00:00", topic.getString("created_at"));
    JsonObject snippet = load(space, "snippet", SNIPPET);
    assertEquals("t1", snippet.getString("topic_id"));
    assertEquals("2026-01-31T12:00:00+00:00", snippet.getString("updated_at"));
    assertRefused(Code.ENTRY_UNKNOWN, new ReadEntry(space, "topic", List.of(SNIPPET)));
    assertRefused(Code.ENTRY_UNKNOWN, new ReadEntry(space, "topic", List.of("t1'or'1'='1")));
    String topics = ask(new ReadEntry(space, "topics", List.of())).value().toString();
    assertTrue(topics.contains(ID), topics);
  }

  @Test
  void topicsThatAreTooManyForAValue_areTheMostRelevant() throws Exception {
    execute(
        """
        insert into gateway.topics_snippets (id, type, title, summary, generation_timestamp)
          select 'z' || nr, 'topic', 'Many', repeat('s', 2000), '2026-01-31T12:00:00Z'
          from generate_series(1, 999) nr\
        """);
    try {
      Document topics = ask(new ReadEntry(PREFIXED, "topics", List.of())).value();
      assertTrue(topics.bytes().length() > 1_000_000);
      assertEquals(ID, new JsonArray(topics.bytes()).getJsonObject(0).getString("topic_id"));
    } finally {
      execute("delete from gateway.topics_snippets where title = 'Many'");
    }
  }

  private static void execute(String sql) throws Exception {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The row must be repaired in its table; other rows stay readable. */
  @Test
  void aTextThatBreaksOff_isAFaultOfItsRow() throws Exception {
    execute(
        """
        insert into gateway.user_sessions (session_id, created_timestamp, last_seen_timestamp,
          preferences_json) values ('broken', '2026-01-31T12:00:00', '2026-01-31T12:00:00',
          '{"preferred_topics": ["a')\
        """);
    try {
      for (int i = 0; i < 20; i++) {
        ExecutionException refused =
            assertThrows(ExecutionException.class, () -> load(PREFIXED, "session", "broken"));
        Failure failure = Failure.from(refused.getCause());
        assertEquals(Code.UNREADABLE_VALUE, failure.code());
        assertTrue(failure.detail().contains("user_sessions for broken"), failure.detail());
      }
      assertNotNull(load(PREFIXED, "session", ID));
      execute(
          "update gateway.user_sessions set preferences_json = '{}' where session_id = 'broken'");
      assertNotNull(load(PREFIXED, "session", "broken"));
    } finally {
      execute("delete from gateway.user_sessions where session_id = 'broken'");
    }
  }

  @Test
  void textsThatAreNoJson_areLeftOut() throws Exception {
    JsonObject topic = load(PREFIXED, "topic", "bare");
    assertEquals(new JsonArray(), topic.getJsonArray("keywords"));
    assertEquals("2026-01-31T12:00:00.551402+00:00", topic.getString("created_at"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"aethercast", PREFIXED})
  void scripts_keepTheirNumbersAsTheyAreWritten(String space) throws Exception {
    ReadEntry script = new ReadEntry(space, "script", List.of("h1"));
    assertEquals("{\"lines\": [1, 2.50]}", ask(script).value().toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"aethercast", PREFIXED})
  void otherTables_areAnsweredForOtherVerticles(String space) throws Exception {
    assertEquals(
        new JsonObject()
            .put("podcast_id", ID)
            .put("status", "audio_rendering")
            .put("stream_id", "st1"),
        load(space, "podcast", ID));
    assertEquals(
        new JsonObject()
            .put("user_id", null)
            .put("preferences", new JsonObject().put("preferred_topics", new JsonArray().add("a")))
            .put("last_activity_timestamp", "2026-01-31T12:00:00+00:00"),
        load(space, "session", ID));
    assertNull(load(space, "podcast", "nobody"));
  }

  @Test
  void workflows_areRequests() throws Exception {
    assertEquals("processing", load("aethercast", "request", ID).getString("status"));
    assertNull(load(PREFIXED, "request", ID));
  }

  @Test
  void councilTables_areReadInTheirSchema() throws Exception {
    assertEquals(new JsonObject().put("v", 2), load("council", "config", "performance"));
    JsonObject session = load("council", "session", ID);
    assertEquals("12", session.getString("contextWindowUsed"));
    assertEquals("2026-01-01T00:00:00.000Z", session.getString("createdAt"));
    assertEquals("2026-01-01T00:00:02.250Z", session.getString("lastActivityAt"));
    JsonArray history = session.getJsonArray("history");
    assertEquals(
        new JsonObject()
            .put("role", "user")
            .put("content", "Why?")
            .put("timestamp", "2026-01-01T00:00:00.000Z"),
        history.getJsonObject(0));
    assertEquals(SNIPPET, history.getJsonObject(1).getString("requestId"));
    assertNull(load("council", "session", SNIPPET));
    assertNull(load("council", "session", "no-uuid"));
    assertEquals("processing", load("council", "request", ID).getString("status"));
    assertEquals(
        new JsonObject()
            .put("status", "healthy")
            .put("successRate", 0.99)
            .put("avgLatency", 120)
            .put("lastFailure", "2026-01-01T00:00:00.000Z"),
        load("council", "provider", "openai"));
  }

  @Test
  void configurations_areTrueInTheirTableAndDroppedFromRedis() throws Exception {
    String name = "deliberation";
    ConfigWritten first = ask(write(name, "{\"rounds\": 1, \"preset\": \"fast\"}", null));
    assertTrue(first.created());
    assertEquals(1, first.number());
    assertEquals(first.version(), ask(new ReadConfig("council", name)).version());
    ConfigWritten second =
        ask(write(name, "{\"rounds\": 2, \"preset\": \"fast\"}", first.version()));
    assertEquals(2, second.number());
    // The entry was dropped, or a watcher has loaded it again.
    String inRedis = foreignOf(1).text("GET", "config:" + name);
    assertFalse(inRedis.contains("\"rounds\": 1"), () -> inRedis);
    assertRefused(
        Code.VERSION_CONFLICT,
        write(name, "{\"rounds\": 3, \"preset\": \"fast\"}", first.version()));
    assertEquals(2, load("council", "config", name).getInteger("rounds"));
    assertEquals(2, ask(new ListConfigVersions("council", name, null, null)).items().size());
    ask(new RemoveConfig("council", name, null, null, null));
    assertNull(load("council", "config", name));
    assertRefused(Code.CONFIG_UNKNOWN, new ReadConfig("council", name));
  }

  @Test
  void whatIsWrittenAfterItsRemoval_hasOneNumberInTheTableAndItsHistory() throws Exception {
    assertEquals(1, ask(write("again", "1", null)).number());
    ask(new RemoveConfig("council", "again", null, "ann", null));
    assertEquals(3, ask(write("again", "2", null)).number());
    ConfigRow listed =
        ask(new ListConfigs("council", null, 1000)).items().stream()
            .filter(item -> item.name().equals("again"))
            .findFirst()
            .orElseThrow();
    assertEquals(3, listed.number());
    assertEquals("ann", listed.by());
  }

  @Test
  void writersOfTheTableWhoMeet_eachSucceed() throws Exception {
    List<Future<ConfigWritten>> all = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      all.add(bus.ask(write("busy", "{\"i\": " + i + "}", null)));
    }
    Set<Long> numbers = new TreeSet<>();
    for (Future<ConfigWritten> one : all) {
      numbers.add(await(one).number());
    }
    assertEquals(32, numbers.size());
    assertEquals(32, ask(new ListConfigVersions("council", "busy", null, null)).items().size());
  }

  @Test
  void aTagOfTheServicesSpelling_isOfTheSameVersion() throws Exception {
    ask(write("spelt", "{\"b\": 1, \"a\": [1, 2]}", null));
    foreignOf(1).send("SET", "config:spelt", "{\"b\":1,\"a\":[1,2]}");
    String version = Document.of("{\"b\":1,\"a\":[1,2]}").version();
    ask(write("spelt", "{\"b\": 2}", version));
    foreignOf(1).send("SET", "config:spelt", "{\"b\":1,\"a\":[1,2]}");
    assertRefused(Code.VERSION_CONFLICT, write("spelt", "{\"b\": 3}", version));
  }

  @Test
  void whatTheServicesWroteToTheTable_isAVersionToo() throws Exception {
    ask(write("shared", "1", null));
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          set search_path to "Their Council";
          update configurations set active = false where config_type = 'shared';
          insert into configurations values
            (gen_random_uuid(), 'shared', '2', 2, now(), true);
          """);
    }
    assertEquals(3, ask(write("shared", "3", null)).number());
    assertEquals(
        List.of("ann", "another service", "ann"),
        ask(new ListConfigVersions("council", "shared", null, null)).items().stream()
            .map(ConfigVersion::by)
            .toList());
  }

  @Test
  void aTableIsWhatIsListed() throws Exception {
    ask(write("listed-1", "{\"b\": 1}", null));
    ask(write("listed-1", "{\"b\": 2}", null));
    foreignOf(1).send("SET", "config:only-here", "1");
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          set search_path to "Their Council";
          insert into configurations
            select gen_random_uuid(), 'listed-' || i, to_jsonb(i), 7, '2026-01-01T00:00:00Z', true
            from generate_series(2, 1000) as i;
          insert into configurations values (gen_random_uuid(), 'no name', '2', 2, now(), true);
          """);
    }
    List<ConfigRow> rows = new ArrayList<>();
    String next = "listed";
    do {
      ConfigList page = ask(new ListConfigs("council", next, 300));
      rows.addAll(page.items());
      next = page.next();
    } while (next != null);
    rows.removeIf(row -> !row.name().startsWith("listed-"));
    assertEquals(1000, rows.size());
    ConfigRow own = rows.get(0);
    assertEquals("listed-1", own.name());
    assertEquals(2, own.number());
    assertEquals("ann", own.by());
    assertEquals(ask(new ReadConfig("council", "listed-1")).version(), own.version());
    ConfigRow theirs = rows.get(1);
    assertEquals("listed-10", theirs.name());
    assertEquals(7, theirs.number());
    assertEquals("2026-01-01T00:00:00.000Z", theirs.updatedAt());
    assertEquals("another service", theirs.by());
    assertEquals(ask(new ReadConfig("council", "listed-10")).version(), theirs.version());
    List<String> all =
        ask(new ListConfigs("council", null, 1000)).items().stream().map(ConfigRow::name).toList();
    assertFalse(all.contains("only-here"));
    assertFalse(all.contains("no name"));
  }

  @Test
  void whatATableCannotStore_isAFaultOfTheValue() throws Exception {
    assertRefused(Code.INVALID_CONFIG, write("nul", "{\"a\": \"\\u0000\"}", null));
  }

  @Test
  void severalConfigurations_areChangedInTheirTableAtOnce() throws Exception {
    ask(write("batch-a", "1", null));
    String version = ask(write("batch-a", "2", null)).version();
    ConfigWrite behind = new ConfigWrite("batch-a", Document.of("3"), null, "1-1", null);
    ConfigWrite fresh = new ConfigWrite("batch-b", Document.of("3"), null, null, true);
    assertRefused(
        Code.VERSION_CONFLICT, new WriteConfigs("council", List.of(fresh, behind), "ann", null));
    assertNull(load("council", "config", "batch-b"));
    ConfigWrite next = new ConfigWrite("batch-a", Document.of("3"), null, version, null);
    ConfigsWritten written = ask(new WriteConfigs("council", List.of(next, fresh), "ann", null));
    assertEquals(3, written.number());
    assertEquals(
        List.of("batch-a", "batch-b"),
        written.configs().stream().map(WrittenConfig::name).toList());
    assertEquals(
        Set.of(3L),
        ask(new ListConfigs("council", null, 1000)).items().stream()
            .filter(row -> row.name().startsWith("batch-"))
            .map(ConfigRow::number)
            .collect(Collectors.toSet()));
    ConfigWrite gone = new ConfigWrite("batch-b", null, true, null, null);
    assertEquals(4, ask(new WriteConfigs("council", List.of(gone), "ann", null)).number());
    assertNull(load("council", "config", "batch-b"));
  }

  private static WriteConfig write(String name, String json, String ifVersion) {
    return new WriteConfig("council", name, Document.of(json), ifVersion, false, "ann", null);
  }

  @Test
  void aSystemWithoutTheTable_keepsItsConfigurationsInRedis() throws Exception {
    assertTrue(
        ask(new WriteConfig("content", "x", Document.of("1"), null, false, null, null)).created());
    assertEquals("1", foreignOf(2).text("GET", "config:x"));
  }

  @Test
  void queries_takeTheIdsInOrder() throws Exception {
    assertEquals(Source.ORIGIN, read("metrics", "a", "b").source());
    assertRefused(Code.ENTRY_UNKNOWN, reading("metrics", "b", "a"));
    assertEquals("2", read("content", "2").value().toString());
    assertRefused(Code.ENTRY_UNKNOWN, reading("content", "9"));
  }

  @Test
  void anIdThatCannotBeOne_isNothing() throws Exception {
    assertRefused(Code.ENTRY_UNKNOWN, reading("content", "no-number"));
  }

  @Test
  void aQueryThatFailsOrTakesTooLong_isAClear503() throws Exception {
    assertRefused(Code.ORIGIN_UNAVAILABLE, reading("keyword-trend", "k"));
    assertRefused(Code.ORIGIN_UNAVAILABLE, reading("user", "u"));
    assertRefused(Code.ORIGIN_UNAVAILABLE, reading("user-keywords", "u"));
  }

  @Test
  void moreReadsThanCanWait_areRefusedButDoNotOpenTheBreaker() throws Exception {
    List<Future<Entry>> reads = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      reads.add(bus.ask(reading("content", "" + i)));
    }
    await(Future.join(reads).otherwiseEmpty());
    Set<String> details =
        reads.stream()
            .map(Future::cause)
            .filter(Objects::nonNull)
            .map(thrown -> Failure.from(thrown).detail())
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(
        Set.of(
            "No entry has this id, in the cache or in the system of record",
            "Too many loads wait for the system of record"),
        details);
    assertEquals("2", read("content", "2").value().toString());
  }

  @Test
  void readyMadeTablesThatAreMissing_areNoOrigin() throws Exception {
    assertNull(load("content", "provider", "t1"));
  }
}
