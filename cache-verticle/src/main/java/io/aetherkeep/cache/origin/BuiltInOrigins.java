package io.aetherkeep.cache.origin;

import io.aetherkeep.keyspace.Dialect;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Built-in origins: one SQL query for each keyspace on the tables of the known systems. {@code @}
 * stands for the schema, {@code LARGEST} for the maximum size of a value in bytes.
 */
final class BuiltInOrigins {

  // spotless:off — keeps the line breaks of the queries.
  private static final Map<String, String> AETHERCAST = Map.of(
      "topic", """
          select jsonb_build_object('topic_id', id, 'display_name', title, 'description', summary,
            'keywords', coalesce(JSON(keywords), '[]'::jsonb),
            'created_at', TIME(generation_timestamp),
            'updated_at', coalesce(TIME(last_accessed_timestamp), TIME(generation_timestamp)))
          from @topics_snippets where type = 'topic' and id::text = $1::text""",
      "topics", """
          select coalesce(jsonb_agg(topic order by rank), '[]'::jsonb) from (
            select rank, topic, sum(octet_length(topic::text) + 2) over (order by rank) as bytes
            from (select row_number() over (order by relevance_score desc nulls last, id) as rank,
                jsonb_build_object('topic_id', id, 'display_name', title,
                'description', summary, 'keywords', coalesce(JSON(keywords), '[]'::jsonb),
                'created_at', TIME(generation_timestamp),
                'updated_at', coalesce(TIME(last_accessed_timestamp), TIME(generation_timestamp)))
                as topic
              from @topics_snippets where type = 'topic'
              order by relevance_score desc nulls last, id limit 1000) as best) as all_topics
          where bytes <= LARGEST""",
      "snippet", """
          select jsonb_build_object('snippet_id', id,
            'topic_id', JSON(original_topic_details)->'topic_id', 'title', title,
            'summary', summary, 'text_content', summary, 'image_url', image_url,
            'cover_art_prompt', cover_art_prompt,
            'llm_config', jsonb_build_object('model', llm_model_used_for_snippet),
            'created_at', TIME(generation_timestamp),
            'updated_at', coalesce(TIME(last_accessed_timestamp), TIME(generation_timestamp)))
          from @topics_snippets where type = 'snippet' and id::text = $1::text""",
      "script", """
          select structured_script_json from @generated_scripts where topic_hash = $1::text""",
      "session", """
          select jsonb_build_object('user_id', null, 'preferences',
            coalesce(JSON(preferences_json), '{}'::jsonb),
            'last_activity_timestamp', TIME(last_seen_timestamp))
          from @user_sessions where session_id::text = $1::text""",
      "podcast", """
          select jsonb_strip_nulls(jsonb_build_object('podcast_id', podcast_id,
            'status', case
              when cpoa_status = 'completed' or left(cpoa_status, 15) = 'completed_with_'
                then 'ready_to_stream'
              when coalesce(cpoa_status, '') = '' then 'queued'
              when left(cpoa_status, 7) = 'failed_'
                or cpoa_status in ('failed', 'initialization_failure') then 'error'
              else cpoa_status end,
            'error_message', coalesce(cpoa_error_message, case
              when left(cpoa_status, 7) = 'failed_' or cpoa_status = 'initialization_failure'
                then cpoa_status end),
            'final_audio_filepath', final_audio_filepath, 'stream_id', stream_id))
          from @podcasts where podcast_id::text = $1::text""",
      "request", """
          select jsonb_strip_nulls(jsonb_build_object('status',
            case overall_status when 'in_progress' then 'processing'
              when 'completed_with_errors' then 'completed' else overall_status end,
            'error', error_message))
          from @workflow_instances where workflow_id::text = $1::text""");

  private static final Map<String, String> COUNCIL = Map.of(
      "config", """
          select config_data from @configurations
          where config_type = $1::text and active order by version desc limit 1""",
      "session", """
          select jsonb_build_object('userId', s.user_id, 'createdAt', ISO(s.created_at),
            'lastActivityAt', ISO(s.last_activity_at),
            'contextWindowUsed', s.context_window_used::text, 'history',
            (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('role', h.role,
              'content', h.content, 'timestamp', ISO(h.created_at), 'requestId', h.request_id))
              order by h.created_at, h.id), '[]'::jsonb)
             from @session_history h where h.session_id = s.id))
          from @sessions s where s.id::text = $1::text and not coalesce(s.expired, false)""",
      "request", """
          select jsonb_build_object('status', status)
          from @requests where id::text = $1::text""",
      "provider", """
          select jsonb_strip_nulls(jsonb_build_object('status', status,
            'successRate', success_rate, 'avgLatency', avg_latency_ms,
            'lastFailure', ISO(last_failure_at)))
          from @provider_health where provider_id = $1::text""");
  // spotless:on

  private static final Pattern JSON = Pattern.compile("JSON\\(([a-z._]+)\\)");
  private static final Pattern TIME = Pattern.compile("TIME\\(([a-z._]+)\\)");
  private static final Pattern ISO = Pattern.compile("ISO\\(([a-z._]+)\\)");

  private static final String AS_JSON =
      "(case when $1::text ~ '^\\\\s*[[{]' then $1::text::jsonb end)";

  /** Text without a zone is read in the connection's zone, which is UTC. */
  private static final String AS_TIME =
      "(case when $1::text ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' then $1::text::timestamptz end)";

  private static final String AS_ISO =
      "to_char(TIME($1) at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')";

  private BuiltInOrigins() {}

  /** The queries of a system, by keyspace. */
  static Map<String, String> of(Dialect system) {
    return switch (system) {
      case AETHERCAST -> AETHERCAST;
      case COUNCIL -> COUNCIL;
      default -> Map.of();
    };
  }

  /**
   * Expands a query for the tables of a schema; the schema's name is quoted.
   *
   * <p>Deployments differ in their column types: {@code JSON} reads a column that is jsonb, json or
   * text; {@code TIME} one that is timestamptz, or timestamp or text in UTC; {@code ISO} the same
   * in JavaScript's format. Text in neither format becomes null.
   */
  static String in(String schema, String query) {
    String types = ISO.matcher(query).replaceAll(AS_ISO);
    types = TIME.matcher(types).replaceAll(AS_TIME);
    types = JSON.matcher(types).replaceAll(AS_JSON);
    return types.replace("@", '"' + schema.replace("\"", "\"\"") + "\".");
  }
}
