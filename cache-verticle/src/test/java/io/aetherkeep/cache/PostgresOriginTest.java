package io.aetherkeep.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.cache.CacheSettings.Declarations;
import io.aetherkeep.catalogue.CacheAsks.LoadFromOrigin;
import io.aetherkeep.catalogue.CacheAsks.Source;
import io.aetherkeep.catalogue.ConfigAsks.ConfigWritten;
import io.aetherkeep.catalogue.ConfigAsks.ListConfigVersions;
import io.aetherkeep.catalogue.ConfigAsks.ReadConfig;
import io.aetherkeep.catalogue.ConfigAsks.RemoveConfig;
import io.aetherkeep.catalogue.ConfigAsks.WriteConfig;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Document;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The tables of the systems of record, in a real PostgreSQL, are what misses are answered from. */
class PostgresOriginTest extends CacheDeployment {

  private static EmbeddedPostgres postgres;

  @BeforeAll
  static void start() throws Exception {
    postgres = EmbeddedPostgres.start();
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          create table topics_snippets (id text primary key, type text, title text, summary text,
            keywords jsonb, source_url text, source_name text, original_topic_details jsonb,
            llm_model_used_for_snippet text, cover_art_prompt text, image_url text,
            generation_timestamp timestamptz, last_accessed_timestamp timestamptz,
            relevance_score double precision);
          insert into topics_snippets (id, type, title, summary, keywords, generation_timestamp)
            values ('t1', 'topic', 'Black holes', 'Dark', '["space"]', '2026-01-31T12:00:00Z');
          insert into topics_snippets (id, type, title, summary, original_topic_details)
            values ('s1', 'snippet', 'Horizon', 'No way back', '{"topic_id": "t1"}');
          create table generated_scripts (script_id text, topic_hash text unique,
            structured_script_json jsonb, generation_timestamp timestamptz);
          insert into generated_scripts values ('x', 'h1', '{"lines": [1, 2.50]}', now());
          create table podcasts (podcast_id text, cpoa_status text, cpoa_error_message text,
            final_audio_filepath text, stream_id text);
          insert into podcasts values ('p1', 'audio_rendering', null, null, 'st1');
          create table user_sessions (session_id text, created_timestamp timestamptz,
            last_seen_timestamp timestamptz, preferences_json jsonb);
          insert into user_sessions values ('u1', now(), now(), '{"preferred_topics": ["a"]}');
          create table workflow_instances (workflow_id uuid, user_id text, overall_status text,
            error_message text);
          insert into workflow_instances values
            ('7d444840-9dc0-11d1-b245-5ffdce74fad2', 'u', 'in_progress', null);
          create schema "Their Council";
          set search_path to "Their Council";
          create table configurations (id serial, config_type text, config_data jsonb, version int,
            created_at timestamptz default now(), active boolean);
          insert into configurations (config_type, config_data, version, active) values
            ('performance', '{"v": 1}', 1, false), ('performance', '{"v": 2}', 2, true);
          create table sessions (id text, user_id text, created_at timestamptz,
            last_activity_at timestamptz, context_window_used int, expired boolean);
          create table session_history (id serial, session_id text, role text, content text,
            request_id text, created_at timestamptz);
          insert into sessions values ('s1', 'u1', now(), now(), 12, false),
            ('s2', 'u1', now(), now(), 12, true);
          insert into session_history (session_id, role, content, request_id, created_at) values
            ('s1', 'user', 'Why?', null, '2026-01-01T00:00:00Z'),
            ('s1', 'assistant', 'So.', 'r1', '2026-01-01T00:00:01Z');
          create table provider_health (provider_id text, status text, success_rate numeric,
            avg_latency_ms numeric, last_failure_at timestamptz, disabled_reason text);
          insert into provider_health values ('openai', 'healthy', 0.99, 120.5, null, null);
          """);
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
        usual.loading(),
        new CacheSettings.Postgres(url, 2),
        Map.of(
            "aethercast",
            new Declarations(
                Dialect.AETHERCAST,
                "public",
                Map.of(
                    "content",
                        "select to_jsonb(n) from generate_series(1, 3) n where n = $1::text::int",
                    "user", "select pg_sleep(60)::text",
                    "metrics", "select '{\"of\": 1}'::json where $1::text = 'a' and $2::text = 'b'",
                    "keyword-trend", "select nothing from nowhere where $1::text = ''")),
            "council",
            new Declarations(Dialect.COUNCIL, "Their Council", Map.of()),
            "content",
            new Declarations(Dialect.COUNCIL, "missing", Map.of())));
  }

  private JsonObject load(String space, String keyspace, String... ids) throws Exception {
    Document value = ask(new LoadFromOrigin(space, keyspace, List.of(ids))).value();
    return value == null ? null : new JsonObject(value.bytes());
  }

  @Test
  void topics_areTopicObjects() throws Exception {
    JsonObject topic = new JsonObject(read("topic", "t1").value().bytes());
    assertEquals("t1", topic.getString("topic_id"));
    assertEquals("Black holes", topic.getString("display_name"));
    assertEquals(new JsonArray().add("space"), topic.getJsonArray("keywords"));
    assertTrue(topic.getString("created_at").startsWith("2026-01-31T12:00:00"));
    assertEquals(1, new JsonArray(read("topics").value().bytes()).size());
    assertEquals("t1", load("aethercast", "snippet", "s1").getString("topic_id"));
    assertRefused(Code.ENTRY_UNKNOWN, reading("topic", "s1"));
    assertRefused(Code.ENTRY_UNKNOWN, reading("topic", "t1'or'1'='1"));
  }

  @Test
  void scripts_keepTheirNumbersAsTheyAreWritten() throws Exception {
    assertEquals("{\"lines\": [1, 2.50]}", read("script", "h1").value().toString());
    assertEquals("{\"lines\": [1, 2.50]}", foreign.text("GET", "cache:script:h1"));
  }

  @Test
  void otherTables_areAnsweredForOtherVerticles() throws Exception {
    assertEquals(
        new JsonObject()
            .put("podcast_id", "p1")
            .put("status", "audio_rendering")
            .put("stream_id", "st1"),
        load("aethercast", "podcast", "p1"));
    assertEquals(
        "processing",
        load("aethercast", "request", "7d444840-9dc0-11d1-b245-5ffdce74fad2").getString("status"));
    assertEquals(
        new JsonArray().add("a"),
        load("aethercast", "session", "u1")
            .getJsonObject("preferences")
            .getJsonArray("preferred_topics"));
    assertNull(load("aethercast", "podcast", "nobody"));
  }

  @Test
  void councilTables_areReadInTheirSchema() throws Exception {
    assertEquals(new JsonObject().put("v", 2), load("council", "config", "performance"));
    JsonObject session = load("council", "session", "s1");
    assertEquals("12", session.getString("contextWindowUsed"));
    assertEquals("Why?", session.getJsonArray("history").getJsonObject(0).getString("content"));
    assertEquals("r1", session.getJsonArray("history").getJsonObject(1).getString("requestId"));
    assertNull(load("council", "session", "s2"));
    assertEquals(0.99, load("council", "provider", "openai").getDouble("successRate"));
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
    // Dropped, or fetched anew already by who watches it.
    String inRedis = foreignOf(1).text("GET", "config:" + name);
    assertFalse(inRedis.contains("\"rounds\": 1"), () -> inRedis);
    assertRefused(
        Code.VERSION_CONFLICT,
        write(name, "{\"rounds\": 3, \"preset\": \"fast\"}", first.version()));
    assertEquals(2, load("council", "config", name).getInteger("rounds"));
    assertEquals(2, ask(new ListConfigVersions("council", name)).items().size());
    ask(new RemoveConfig("council", name, null, null));
    assertNull(load("council", "config", name));
    assertRefused(Code.CONFIG_UNKNOWN, new ReadConfig("council", name));
  }

  private static WriteConfig write(String name, String json, String ifVersion) {
    return new WriteConfig("council", name, Document.of(json), ifVersion, false, "ann");
  }

  @Test
  void aSystemWithoutTheTable_keepsItsConfigurationsInRedis() throws Exception {
    assertTrue(ask(new WriteConfig("content", "x", Document.of("1"), null, false, null)).created());
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
  }

  @Test
  void readyMadeTablesThatAreMissing_areNoOrigin() throws Exception {
    assertNull(load("content", "provider", "t1"));
  }
}
