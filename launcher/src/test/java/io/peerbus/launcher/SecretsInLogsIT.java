package io.peerbus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.NativeProvider;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.DataOutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * SEC-17: two nodes as they are shipped make their keys, connect, chat and stop, with everybody's log at its finest
 * level, and no secret of theirs is in it, in any form that bytes are written in.
 */
@Timeout(120)
class SecretsInLogsIT {

  /** So many bytes of a secret in a row are a finding. */
  private static final int PIECE = 12;

  @TempDir
  private Path path;
  private int bridge;
  private final Queue<String> log = new ConcurrentLinkedQueue<>();
  private final Map<Logger, Level> levels = new HashMap<>();
  private final Logger root = ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger("ROOT");
  private final Appender<ILoggingEvent> console = root.getAppender("stderr");
  private final java.util.logging.Logger jdkRoot = LogManager.getLogManager().getLogger("");
  private final java.util.logging.Level jdkLevel = jdkRoot.getLevel();

  private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
    @Override
    protected void append(ILoggingEvent event) {
      log.add(event.getFormattedMessage());
      if (event.getThrowableProxy() != null) {
        log.add(ThrowableProxyUtil.asString(event.getThrowableProxy()));
      }
    }
  };

  private final Handler jdkHandler = new Handler() {
    @Override
    public void publish(LogRecord entry) {
      log.add(entry.getMessage() + " " + Arrays.deepToString(entry.getParameters()) + " " + entry.getThrown());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  };

  @BeforeEach
  void listenToAll() {
    for (Logger logger : root.getLoggerContext().getLoggerList()) {
      levels.put(logger, logger.getLevel());
      logger.setLevel(Level.TRACE);
    }
    if (console != null) {
      root.detachAppender(console);
    }
    appender.start();
    root.addAppender(appender);
    jdkRoot.setLevel(java.util.logging.Level.ALL);
    jdkRoot.addHandler(jdkHandler);
  }

  @AfterEach
  void listenNoMore() {
    root.detachAppender(appender);
    if (console != null) {
      root.addAppender(console);
    }
    levels.forEach(Logger::setLevel);
    jdkRoot.removeHandler(jdkHandler);
    jdkRoot.setLevel(jdkLevel);
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private Future<String> deploy(Vertx vertx, String name, String keyType, JsonObject chat) {
    JsonArray plugins = new JsonArray();
    for (String id : List.of("identify", "ping", "gossipsub", "chat")) {
      plugins.add(new JsonObject().put("id", id).put("settings", id.equals("chat") ? chat : new JsonObject()));
    }
    return vertx.deployVerticle("peerbus:node", new DeploymentOptions().setConfig(new JsonObject()
        .put("bridge", new JsonObject().put("enabled", name.equals("a")).put("port", bridge))
        .put("node", name).put("data", path.resolve(name).toString())
        .put("identity", new JsonObject().put("type", keyType))
        .put("listen", new JsonArray().add("/ip4/127.0.0.1/tcp/0"))
        .put("pluginFolder", Path.of("target/plugins").toAbsolutePath().toString()).put("plugins", plugins)));
  }

  private static Future<String> line(Vertx vertx, String node, String part) {
    Promise<String> printed = Promise.promise();
    vertx.eventBus().<JsonObject>consumer("peerbus." + node + ".chat.lines", message -> {
      if (message.body().getString("line").contains(part)) {
        printed.tryComplete(message.body().getString("line"));
      }
    });
    return printed.future();
  }

  /** A whole run, with a stranger who sends garbage in between. */
  private void chat() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      try (ServerSocket free = new ServerSocket(0)) {
        bridge = free.getLocalPort();
      }
      Future<String> atA = line(vertx, "a", ": hello from b");
      Future<String> atB = line(vertx, "b", ": hello from a");
      Future<String> ready = line(vertx, "a", ": Hello from the Universal Connectivity Workshop!");
      await(deploy(vertx, "a", "ed25519", new JsonObject()));
      String address = await(vertx.eventBus().<JsonObject>request("peerbus.a.control",
          new JsonObject().put("op", "info"))).body().getJsonArray("listenAddresses").getString(0);
      String id = KeyPair.of(Files.readAllBytes(path.resolve("a/identity.key"))).publicKey().peerId().toString();
      await(deploy(vertx, "b", "secp256k1", new JsonObject().put("connect",
          new JsonArray().add(address + "/p2p/" + id))));
      await(ready);
      bridge();
      garbage(Integer.parseInt(address.substring(address.lastIndexOf('/') + 1)));
      for (String node : List.of("a", "b")) {
        await(vertx.eventBus().request("peerbus." + node + ".chat",
            new JsonObject().put("op", "say").put("text", "hello from " + node)));
      }
      await(atA);
      await(atB);
    } finally {
      await(vertx.close());
    }
  }

  /** The token as it should be, in a frame that is none, and in one that is refused once the token is known. */
  private void bridge() throws Exception {
    String token = Files.readString(path.resolve("a/bridge.token")).strip();
    String hello = "{'type':'send','address':'bridge','replyAddress':'r','body':{'token':'%s'}}".replace('\'', '"')
        .formatted(token);
    for (String last : List.of(hello.substring(1), hello.replace("bridge", "bribe"), hello.replace("\"body\"", "7"))) {
      for (String first : List.of("", hello)) {
        try (Socket socket = new Socket("127.0.0.1", bridge)) {
          DataOutputStream out = new DataOutputStream(socket.getOutputStream());
          for (String frame : first.isEmpty() ? List.of(last) : List.of(first, last, "garbage")) {
            byte[] bytes = frame.getBytes(StandardCharsets.UTF_8);
            out.writeInt(bytes.length);
            out.write(bytes);
          }
          String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
          assertTrue(answer.contains(first.isEmpty() ? "the token must come first" : ".inbox"), answer);
        }
      }
    }
  }

  private static void garbage(int port) throws Exception {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.getOutputStream().write("\u0013/multistream/1.0.0\n\u0007/noise\n".getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(new byte[] {0, 32});
      socket.getOutputStream().write(new byte[32]); // a key of low order: the handshake fails at the first DH
      assertTrue(socket.getInputStream().readAllBytes().length > 0);
    }
  }

  /** Each way in which the bytes could be written, of several pieces of them. */
  private static List<String> forms(byte[] secret) {
    List<String> forms = new ArrayList<>();
    for (int at : new int[] {0, (secret.length - PIECE) / 2, secret.length - PIECE}) {
      byte[] piece = Arrays.copyOfRange(secret, at, at + PIECE);
      forms.add(HexFormat.of().formatHex(piece));
      forms.add(HexFormat.ofDelimiter(":").formatHex(piece));
      forms.add(HexFormat.ofDelimiter(" ").formatHex(piece));
      forms.add(HexFormat.ofDelimiter(", ").withPrefix("0x").formatHex(piece));
      forms.add(inside(Arrays.toString(piece)));
      forms.add(inside(Arrays.toString(unsigned(piece))));
      forms.add(inside(Arrays.toString(piece)).replace(" ", ""));
      forms.add(inside(Arrays.toString(unsigned(piece))).replace(" ", ""));
      forms.add(new String(piece, StandardCharsets.ISO_8859_1));
      forms.add(new String(piece, StandardCharsets.UTF_8));
      // Base64 writes three bytes at a time, from wherever it began.
      for (int skip = 0; skip < 3; skip++) {
        byte[] whole = Arrays.copyOfRange(piece, skip, skip + 9);
        forms.add(Base64.getEncoder().encodeToString(whole));
        forms.add(Base64.getUrlEncoder().encodeToString(whole));
      }
    }
    return forms;
  }

  private static int[] unsigned(byte[] bytes) {
    int[] numbers = new int[bytes.length];
    Arrays.setAll(numbers, i -> bytes[i] & 0xff);
    return numbers;
  }

  private static String inside(String list) {
    return list.substring(1, list.length() - 1);
  }

  private static boolean has(String text, String form) {
    return text.contains(form) || text.toLowerCase(Locale.ROOT).contains(form) && form.matches("[0-9a-fx:, ]+");
  }

  @Test
  void theSearchFindsASecretInEveryForm() {
    byte[] secret = new byte[32];
    for (int i = 0; i < secret.length; i++) {
      secret[i] = (byte) (200 + 7 * i);
    }
    HexFormat hex = HexFormat.of();
    byte[] protobuf = hex.parseHex("08011240" + hex.formatHex(secret) + hex.formatHex(secret));
    for (String text : List.of("key " + hex.formatHex(secret), hex.withUpperCase().formatHex(protobuf),
        Arrays.toString(protobuf), Arrays.toString(unsigned(secret)), Base64.getEncoder().encodeToString(protobuf),
        Base64.getUrlEncoder().withoutPadding().encodeToString(secret), new JsonArray().add(secret).encode(),
        new String(secret, StandardCharsets.ISO_8859_1))) {
      assertTrue(forms(secret).stream().anyMatch(form -> has(text, form)), text);
    }
  }

  @Test
  void noSecretIsLoggedInAWholeChat() throws Exception {
    Set<String> drawn;
    Set<String> keys;
    try (RecordingProvider secrets = new RecordingProvider()) {
      chat();
      drawn = secrets.drawn();
      keys = secrets.cipherKeys();
    }
    // Of each node its identity, a static key and an ephemeral one; of the connection two keys for each direction's
    // handshake and transport. So the search looks for what it should.
    for (String node : List.of("a", "b")) {
      byte[] file = Files.readAllBytes(path.resolve(node).resolve("identity.key"));
      assertTrue(drawn.stream().anyMatch(HexFormat.of().formatHex(file)::contains), "the identity of " + node);
    }
    byte[] token = Base64.getUrlDecoder().decode(Files.readString(path.resolve("a/bridge.token")).strip());
    assertTrue(drawn.contains(HexFormat.of().formatHex(token)), "the token of the bridge");
    assertTrue(log.stream().anyMatch(line -> line.contains("the token must come first")), "the bridge logged");
    // Before 21 native code has the cipher, and nobody sees the keys that it is given.
    boolean seen = NativeProvider.orNull() == null || Runtime.version().feature() >= 21;
    assertTrue(drawn.size() >= 6 && keys.size() >= (seen ? 4 : 0), drawn.size() + " and " + keys.size());
    assertTrue(log.size() > 20, log.size() + " lines: the log was not listened to");
    assertTrue(log.stream().anyMatch(line -> line.contains("upgraded")), "core logged in detail");
    assertTrue(log.stream().anyMatch(line -> line.contains("low order")), "the failed handshake was logged");
    List<String> findings = new ArrayList<>();
    drawn.addAll(keys);
    String all = String.join("\n", log);
    String lower = all.toLowerCase(Locale.ROOT);
    for (String secret : drawn) {
      for (String form : forms(HexFormat.of().parseHex(secret))) {
        if (all.contains(form) || lower.contains(form)) {
          findings.add(form);
        }
      }
    }
    assertEquals(List.of(), findings);
  }
}
