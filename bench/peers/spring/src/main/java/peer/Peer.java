package peer;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.servlet.context.ServletWebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * Spring Boot peer: a cached GET and a session as a team writes them, with MVC, a RedisTemplate and
 * Spring Session.
 */
@SpringBootApplication
@RestController
public class Peer {

  private final StringRedisTemplate redis;

  public Peer(StringRedisTemplate redis) {
    this.redis = redis;
  }

  public static void main(String[] arguments) {
    SpringApplication.run(Peer.class, arguments);
  }

  @EventListener
  public void ready(ServletWebServerInitializedEvent event) {
    System.out.println("spring ready on " + event.getWebServer().getPort());
  }

  @GetMapping("/api/v1/{space}/caches/topic/{id}")
  public ResponseEntity<String> read(@PathVariable("id") String id) {
    String value = redis.opsForValue().get("cache:topic:" + id);
    return value == null
        ? ResponseEntity.notFound().build()
        : ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(value);
  }

  @GetMapping("/session/open")
  public Map<String, Object> open(HttpSession session) {
    session.setAttribute("user_id", "u1");
    session.setAttribute("topics", "x".repeat(400));
    return Map.of("opened", true);
  }

  @GetMapping("/session")
  public ResponseEntity<Map<String, Object>> session(HttpServletRequest request) {
    HttpSession session = request.getSession(false);
    return session == null
        ? ResponseEntity.notFound().build()
        : ResponseEntity.ok(
            Map.of(
                "user_id",
                session.getAttribute("user_id"),
                "preferences",
                Map.of("preferred_topics", List.of(session.getAttribute("topics")))));
  }
}
