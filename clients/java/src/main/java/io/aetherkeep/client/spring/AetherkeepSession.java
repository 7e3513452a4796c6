package io.aetherkeep.client.spring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.aetherkeep.client.SessionClient;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.session.MapSession;
import org.springframework.session.Session;

/** Session of Spring Session that tracks its changes since it was read or saved. */
public final class AetherkeepSession implements Session {

  private final MapSession cached;
  private final UnaryOperator<String> rotation;
  private final ObjectNode stored;
  private final Map<String, @Nullable Object> changed = new HashMap<>();
  private @Nullable String storedPrincipal;
  private boolean isNew;
  private boolean hasOtherLifetime;

  private AetherkeepSession(
      MapSession cached, UnaryOperator<String> rotation, ObjectNode stored, boolean isNew) {
    this.cached = cached;
    this.rotation = rotation;
    this.stored = stored;
    this.isNew = isNew;
  }

  /** Creates a session that is not stored yet. */
  static AetherkeepSession fresh(String id, Duration lifetime, UnaryOperator<String> rotation) {
    MapSession session = new MapSession(id);
    session.setMaxInactiveInterval(lifetime);
    return new AetherkeepSession(session, rotation, JsonNodeFactory.instance.objectNode(), true);
  }

  static AetherkeepSession of(
      SessionClient.Session stored,
      JsonNode data,
      AttributeCodec codec,
      UnaryOperator<String> rotation) {
    MapSession session = new MapSession(stored.id());
    Instant opened = Objects.requireNonNullElseGet(stored.createdAt(), Instant::now);
    session.setCreationTime(opened);
    session.setLastAccessedTime(Objects.requireNonNullElse(stored.lastActivityAt(), opened));
    session.setMaxInactiveInterval(
        Duration.ofSeconds(
            data.path(AetherkeepSessionRepository.LIFETIME).asLong(stored.ttlSeconds())));
    ObjectNode attributes =
        data.path(AetherkeepSessionRepository.ATTRIBUTES) instanceof ObjectNode read
            ? read
            : JsonNodeFactory.instance.objectNode();
    attributes
        .properties()
        .forEach(field -> session.setAttribute(field.getKey(), codec.read(field.getValue())));
    return new AetherkeepSession(session, rotation, attributes, false);
  }

  boolean isNew() {
    return isNew;
  }

  boolean hasOtherLifetime() {
    return hasOtherLifetime;
  }

  /** Changed attributes by name; null for a removed one. */
  Map<String, @Nullable Object> changed() {
    return changed;
  }

  /** The attributes as they were read or saved last. */
  ObjectNode stored() {
    return stored;
  }

  /** The principal's name as it was read or saved last. */
  @Nullable String storedPrincipal() {
    return storedPrincipal;
  }

  void storedPrincipal(@Nullable String name) {
    storedPrincipal = name;
  }

  void saved(ObjectNode attributes, @Nullable String principal) {
    storedPrincipal = principal;
    isNew = false;
    hasOtherLifetime = false;
    changed.clear();
    stored.setAll(attributes);
  }

  @Override
  public String getId() {
    return cached.getId();
  }

  /** Rotates at once: the old id is invalid from then on. */
  @Override
  public String changeSessionId() {
    cached.setId(isNew ? AetherkeepSessionRepository.newId() : rotation.apply(cached.getId()));
    return cached.getId();
  }

  @Override
  @SuppressWarnings("TypeParameterUnusedInFormals") // as required by Spring's interface
  public <T> @Nullable T getAttribute(String name) {
    return cached.getAttribute(name);
  }

  @Override
  public Set<String> getAttributeNames() {
    return cached.getAttributeNames();
  }

  @Override
  public void setAttribute(String name, @Nullable Object value) {
    cached.setAttribute(name, value);
    changed.put(name, value);
  }

  @Override
  public void removeAttribute(String name) {
    setAttribute(name, null);
  }

  @Override
  public Instant getCreationTime() {
    return cached.getCreationTime();
  }

  /** Sets the time locally only: the node records each use by its own clock. */
  @Override
  public void setLastAccessedTime(Instant time) {
    cached.setLastAccessedTime(time);
  }

  @Override
  public Instant getLastAccessedTime() {
    return cached.getLastAccessedTime();
  }

  @Override
  public void setMaxInactiveInterval(Duration lifetime) {
    hasOtherLifetime |= !isNew && !lifetime.equals(cached.getMaxInactiveInterval());
    cached.setMaxInactiveInterval(lifetime);
  }

  @Override
  public Duration getMaxInactiveInterval() {
    return cached.getMaxInactiveInterval();
  }

  @Override
  public boolean isExpired() {
    return cached.isExpired();
  }
}
