package io.aetherkeep.router.docs;

import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.ext.heading.anchor.HeadingAnchorExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.NodeRenderer;
import org.commonmark.renderer.html.HtmlRenderer;

/**
 * Markdown renderer: CommonMark with tables and heading anchors.
 *
 * <p>It drops HTML in a page and sanitises the URLs of links, so that no page can contain a script.
 */
final class Markdown {

  private static final List<Extension> EXTENSIONS =
      List.of(TablesExtension.create(), HeadingAnchorExtension.create());

  private static final Parser PARSER = Parser.builder().extensions(EXTENSIONS).build();

  private static final HtmlRenderer RENDERER =
      HtmlRenderer.builder()
          .extensions(EXTENSIONS)
          .escapeHtml(true)
          .sanitizeUrls(true)
          .nodeRendererFactory(context -> new NoHtml())
          .build();

  private Markdown() {}

  /** Drops HTML, which pages use only for test annotations. */
  private static final class NoHtml implements NodeRenderer {
    @Override
    public Set<Class<? extends Node>> getNodeTypes() {
      return Set.of(HtmlBlock.class, HtmlInline.class);
    }

    @Override
    public void render(Node node) {}
  }

  /**
   * Renders a page.
   *
   * @param targets maps the target of a link or an image to its served path; an empty path removes
   *     the link and keeps its text
   */
  static String html(String markdown, UnaryOperator<String> targets) {
    Node page = PARSER.parse(markdown);
    page.accept(
        new AbstractVisitor() {
          @Override
          public void visit(Link link) {
            visitChildren(link);
            link.setDestination(targets.apply(link.getDestination()));
            if (link.getDestination().isEmpty()) {
              unlink(link);
            }
          }

          @Override
          public void visit(Image image) {
            image.setDestination(targets.apply(image.getDestination()));
          }
        });
    return RENDERER.render(page);
  }

  /** Replaces a link by its text. */
  private static void unlink(Link link) {
    Node child = link.getFirstChild();
    while (child != null) {
      Node next = child.getNext();
      link.insertBefore(child);
      child = next;
    }
    link.unlink();
  }
}
