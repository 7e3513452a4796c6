package io.aetherkeep.client.spring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.aetherkeep.client.AetherkeepClient;
import io.aetherkeep.client.InvalidIdException;
import io.aetherkeep.client.ProblemCode;
import io.aetherkeep.client.ProblemException;
import io.aetherkeep.client.SessionClient;
import io.aetherkeep.client.SessionClient.Opening;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.session.PrincipalNameIndexResolver;

/**
 * Repository of Spring Session over a space whose sessions are JSON ({@code aethercast} or {@code
 * content}). Attributes are under {@code data.attributes} of the stored session. Only changed
 * attributes are written, so concurrent requests do not overwrite each other's. A logout is final,
 * even if a running request saves the session.
 */
public final class AetherkeepSessionRepository
    implements FindByIndexNameSessionRepository<AetherkeepSession> {

  static final String ATTRIBUTES = "attributes";
  static final String LIFETIME = "maxInactiveSeconds";
  private static final String DATA = "data";
  private static final String USER = "user_id";
  private static final Duration DEFAULT_LIFETIME = Duration.ofMinutes(30);
  private static final long LONGEST_SECONDS = 31_536_000;
  private static final int BAD_REQUEST = 400;
  private static final int URI_TOO_LONG = 414;
  private static final int ID_BYTES = 24;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SessionClient sessions;
  private final AttributeCodec codec;
  private final Duration lifetime;
  private final PrincipalNameIndexResolver<AetherkeepSession> principals =
      new PrincipalNameIndexResolver<>();

  /** Creates a repository of sessions with a lifetime of 30 minutes and JSON attributes. */
  public AetherkeepSessionRepository(AetherkeepClient client) {
    this(client, AttributeCodec.json(), DEFAULT_LIFETIME);
  }

  /**
   * Creates a repository.
   *
   * @param lifetime lifetime of a new session after each use
   */
  public AetherkeepSessionRepository(
      AetherkeepClient client, AttributeCodec codec, Duration lifetime) {
    this.sessions = client.sessions();
    this.codec = codec;
    this.lifetime = lifetime;
  }

  /** Returns an id of 192 random bits. */
  static String newId() {
    byte[] bytes = new byte[ID_BYTES];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  @Override
  public AetherkeepSession createSession() {
    return AetherkeepSession.fresh(newId(), lifetime, this::rotate);
  }

  private String rotate(String id) {
    return sessions.rotate(id).id();
  }

  @Override
  public void save(AetherkeepSession session) {
    ObjectNode attributes = attributes(session);
    if (session.isNew()) {
      open(session, attributes);
    } else {
      update(session, attributes);
    }
    session.saved(attributes, principal(session));
  }

  /**
   * Maps Spring's lifetime: one that is not positive means no expiry, and becomes the longest
   * possible.
   */
  private static long seconds(AetherkeepSession session) {
    long seconds = session.getMaxInactiveInterval().toSeconds();
    return seconds > 0 ? Math.min(seconds, LONGEST_SECONDS) : LONGEST_SECONDS;
  }

  private void open(AetherkeepSession session, ObjectNode attributes) {
    long seconds = seconds(session);
    ObjectNode data = JsonNodeFactory.instance.objectNode().put(LIFETIME, seconds);
    data.set(ATTRIBUTES, attributes);
    sessions.open(new Opening(session.getId(), principal(session), null, data, seconds));
  }

  /** Saves a session; fails if it has ended meanwhile, as Spring Session's own repositories do. */
  private void update(AetherkeepSession session, ObjectNode attributes) {
    try {
      ObjectNode patch = patch(session, attributes);
      if (!patch.isEmpty()) {
        sessions.patch(session.getId(), patch);
      }
      if (session.hasOtherLifetime()) {
        sessions.extend(session.getId(), Duration.ofSeconds(seconds(session)));
      }
    } catch (ProblemException e) {
      if (e.code() == ProblemCode.SESSION_UNKNOWN) {
        throw new IllegalStateException("Session was invalidated", e);
      }
      throw e;
    }
  }

  private ObjectNode patch(AetherkeepSession session, ObjectNode attributes) {
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    ObjectNode changes = MergePatch.of(session.stored(), attributes);
    if (!changes.isEmpty()) {
      data.set(ATTRIBUTES, changes);
    }
    if (session.hasOtherLifetime()) {
      data.put(LIFETIME, seconds(session));
    }
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    if (!data.isEmpty()) {
      patch.set(DATA, data);
    }
    String principal = principal(session);
    if (!Objects.equals(principal, session.storedPrincipal())) {
      patch.put(USER, principal);
    }
    return patch;
  }

  private ObjectNode attributes(AetherkeepSession session) {
    ObjectNode attributes = JsonNodeFactory.instance.objectNode();
    session
        .changed()
        .forEach(
            (name, value) ->
                attributes.set(name, value == null ? attributes.nullNode() : codec.write(value)));
    return attributes;
  }

  private @Nullable String principal(AetherkeepSession session) {
    return principals.resolveIndexesFor(session).get(PRINCIPAL_NAME_INDEX_NAME);
  }

  /** Finds a session; null also for text that is no id, because it comes from a client's cookie. */
  @Override
  public @Nullable AetherkeepSession findById(String id) {
    return ifValid(() -> sessions.find(id).map(this::read).orElse(null));
  }

  /** Returns null where the client or the node refuses the id. */
  private static <T> @Nullable T ifValid(Supplier<@Nullable T> call) {
    try {
      return call.get();
    } catch (InvalidIdException e) {
      return null;
    } catch (ProblemException e) {
      if (e.status() == BAD_REQUEST || e.status() == URI_TOO_LONG) {
        return null;
      }
      throw e;
    }
  }

  private AetherkeepSession read(SessionClient.Session stored) {
    JsonNode data = stored.document().path(DATA);
    AetherkeepSession session = AetherkeepSession.of(stored, data, codec, this::rotate);
    session.storedPrincipal(principal(session));
    return session;
  }

  @Override
  public void deleteById(String id) {
    Object unused =
        ifValid(
            () -> {
              sessions.end(id);
              return null;
            });
  }

  /** Returns the sessions of a user; other indexes are empty. */
  @Override
  public Map<String, AetherkeepSession> findByIndexNameAndIndexValue(String index, String value) {
    Map<String, AetherkeepSession> found = new LinkedHashMap<>();
    if (index.equals(PRINCIPAL_NAME_INDEX_NAME)) {
      for (SessionClient.Row row : sessions.ofUser(value)) {
        Optional<SessionClient.Session> stored = sessions.peek(row.id());
        stored.ifPresent(session -> found.put(session.id(), read(session)));
      }
    }
    return found;
  }
}
