package io.aetherkeep.junit5;

import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * JUnit 5 extension that starts a real node with a real Redis. As
 * {@code @ExtendWith(AetherkeepExtension.class)} one node with the defaults serves all test classes
 * of a JVM; as a {@code static} field with {@code @RegisterExtension} a node serves one class, as
 * an instance field one test. A test takes it as a parameter of type {@link AetherkeepNode}. Data
 * stays between the tests of a node: use different ids in each test.
 */
public final class AetherkeepExtension
    implements BeforeAllCallback, BeforeEachCallback, ParameterResolver {

  private static final Namespace SHARED = Namespace.create(AetherkeepExtension.class);

  private final Optional<NodeOptions> options;
  private final Namespace own = Namespace.create(AetherkeepExtension.class, this);

  /** A node with the defaults, shared by all test classes of the JVM. */
  public AetherkeepExtension() {
    this.options = Optional.empty();
  }

  private AetherkeepExtension(NodeOptions options) {
    this.options = Optional.of(options);
  }

  /**
   * Creates an extension for a field with {@code @RegisterExtension}, whose node has these options.
   */
  public static AetherkeepExtension with(NodeOptions options) {
    return new AetherkeepExtension(options);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    node(context);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    node(context);
  }

  /** Returns the node of the running tests. */
  private AetherkeepNode node(ExtensionContext context) {
    Store store = options.isPresent() ? context.getStore(own) : context.getRoot().getStore(SHARED);
    AetherkeepNode found = store.get("node", AetherkeepNode.class);
    return found != null
        ? found
        : Objects.requireNonNull(
            store.getOrComputeIfAbsent(
                "node",
                first -> AetherkeepNode.start(options.orElseGet(NodeOptions::new)),
                AetherkeepNode.class));
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == AetherkeepNode.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return node(context);
  }
}
