package io.aetherkeep.session.store;

import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.redis.script.RedisScript;
import io.aetherkeep.session.layout.FieldNames;
import io.aetherkeep.session.layout.HashBody;
import io.aetherkeep.session.layout.JsonBody;
import io.aetherkeep.session.layout.RedisSessionKeys;
import io.aetherkeep.session.layout.SessionBody;
import io.aetherkeep.session.layout.StoredSession;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The two forms in which Redis holds sessions: strings and hashes. */
final class RedisForms {

  private RedisForms() {}

  /** A script that counts as activity. */
  private static RedisScript activity(String... files) {
    return RedisScript.beside(
        RedisForms.class,
        Stream.concat(Stream.of("lifetime.lua"), Stream.of(files)).toArray(String[]::new));
  }

  static RedisSessionForm of(Dialect dialect) {
    FieldNames names = FieldNames.of(dialect);
    return dialect == Dialect.COUNCIL ? new Hash(names) : new Text(names);
  }

  /** JSON in a string, compared and swapped as a whole. */
  private record Text(FieldNames names) implements RedisSessionForm {

    private static final RedisScript READ = activity("read.lua");
    private static final RedisScript SWAP = activity("owner.lua", "swap.lua");

    @Override
    public String type() {
      return "string";
    }

    @Override
    public boolean isPlain() {
      return true;
    }

    @Override
    public RedisScript read() {
      return READ;
    }

    @Override
    public RedisScript swap() {
      return SWAP;
    }

    @Override
    public int bytes(Response stored) {
      return stored.toBuffer().length();
    }

    @Override
    public SessionBody body(Response stored) {
      return JsonBody.stored(Document.stored(stored.toBuffer()), names);
    }

    @Override
    public void addValue(RedisScript.Call call, SessionBody body, Document history) {
      call.arg(body.document().bytes());
    }

    @Override
    public void addChange(
        RedisScript.Call call,
        StoredSession seen,
        SessionBody body,
        boolean whole,
        RedisSessionKeys.Sliding lifetime,
        String number) {
      call.arg(seen.body().document().bytes()).arg(body.document().bytes());
      lifetime.addTo(call).arg(seen.with(body, 0).noted()).arg(number);
    }
  }

  /** A hash, of which only changed fields are compared and written. */
  private record Hash(FieldNames names) implements RedisSessionForm {

    private static final RedisScript READ = activity("read-hash.lua");
    private static final RedisScript SWAP = activity("owner.lua", "swap-hash.lua");

    @Override
    public String type() {
      return "hash";
    }

    @Override
    public boolean isPlain() {
      return false;
    }

    @Override
    public RedisScript read() {
      return READ;
    }

    @Override
    public RedisScript swap() {
      return SWAP;
    }

    @Override
    public int bytes(Response stored) {
      return stored.stream().mapToInt(text -> text.toBuffer().length()).sum();
    }

    @Override
    public SessionBody body(Response stored) {
      Map<String, String> fields = new LinkedHashMap<>();
      Map<String, HashBody.StoredField> undecodable = new LinkedHashMap<>();
      for (int i = 0; i < stored.size(); i += 2) {
        Response name = stored.get(i);
        Response text = stored.get(i + 1);
        fields.put(name.toString(), text.toString());
        if (!isDecodable(name) || !isDecodable(text)) {
          undecodable.put(
              name.toString(), new HashBody.StoredField(name.toBuffer(), text.toBuffer()));
        }
      }
      return new HashBody(fields, undecodable, names);
    }

    /** Whether a string is UTF-8: decoding replaces other bytes. */
    private static boolean isDecodable(Response part) {
      String text = part.toString();
      return text.indexOf('\uFFFD') < 0 || Buffer.buffer(text).equals(part.toBuffer());
    }

    @Override
    public void addValue(RedisScript.Call call, SessionBody body, Document history) {
      fields(body).forEach((name, text) -> call.arg(name).arg(text));
      call.arg(FieldNames.HISTORY).arg(history.bytes());
    }

    @Override
    public void addChange(
        RedisScript.Call call,
        StoredSession seen,
        SessionBody body,
        boolean whole,
        RedisSessionKeys.Sliding lifetime,
        String number) {
      Map<String, String> before = fields(seen.body());
      Map<String, String> after = fields(body);
      Set<String> changed = changed(before, after);
      Set<String> compared = new LinkedHashSet<>(whole ? before.keySet() : changed);
      compared.addAll(changed);
      compared.remove(names.activity());
      boolean stamped = before.containsKey(names.activity());
      lifetime
          .addTo(call)
          .arg(seen.with(body, 0).noted())
          .arg(number)
          .arg(whole ? before.size() - (stamped ? 1 : 0) : -1)
          .arg(names.activity())
          .arg(compared.size());
      Map<String, HashBody.StoredField> undecodable = ((HashBody) seen.body()).undecodable();
      compared.forEach(name -> addStored(call, name, before.get(name), undecodable.get(name)));
      changed.forEach(name -> add(call, name, after.get(name), undecodable.get(name)));
    }

    private static Set<String> changed(Map<String, String> before, Map<String, String> after) {
      Set<String> names = new LinkedHashSet<>(before.keySet());
      names.addAll(after.keySet());
      names.removeIf(name -> Objects.equals(before.get(name), after.get(name)));
      return names;
    }

    /** Adds a field to compare, by its stored bytes. */
    private static void addStored(
        RedisScript.Call call,
        String name,
        @Nullable String text,
        HashBody.@Nullable StoredField as) {
      if (as == null) {
        add(call, name, text, null);
      } else {
        call.arg(as.name()).arg("1").arg(as.text());
      }
    }

    /** Adds a field, under its stored name if that has other bytes. */
    private static void add(
        RedisScript.Call call,
        String name,
        @Nullable String text,
        HashBody.@Nullable StoredField as) {
      (as == null ? call.arg(name) : call.arg(as.name()))
          .arg(text == null ? "0" : "1")
          .arg(text == null ? "" : text);
    }

    private static Map<String, String> fields(SessionBody body) {
      return ((HashBody) body).fields();
    }
  }
}
