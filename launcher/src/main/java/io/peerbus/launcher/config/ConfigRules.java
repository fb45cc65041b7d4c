package io.peerbus.launcher.config;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.GateRule;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.TransportAddress;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a schema cannot say of a configuration: that addresses are addresses, that nothing is there twice, that this
 * Java can do it. Values of a wrong type are passed over, the schema has spoken about them.
 */
final class ConfigRules {

  private final JsonObject config;
  private final List<Mistake> mistakes = new ArrayList<>();

  private ConfigRules(JsonObject config) {
    this.config = config;
  }

  static List<Mistake> check(JsonObject config) {
    ConfigRules rules = new ConfigRules(config);
    rules.paths();
    Map<String, Multiaddr> listen = rules.addresses("listen");
    rules.listen(listen);
    rules.webSocket(listen);
    rules.announce();
    rules.bootstrap();
    rules.gater();
    rules.connections();
    rules.dnsServer();
    rules.plugins();
    if (config.getValue("pluginPolicy") instanceof JsonObject policy) {
      rules.mistakes.addAll(PluginPolicy.check(policy));
    }
    if (config.getValue("bridge") instanceof JsonObject bridge) {
      rules.mistakes.addAll(BridgeRules.check(bridge, config.getValue("plugins")));
    }
    return rules.mistakes;
  }

  private void paths() {
    path("data", config.getValue("data"));
    path("pluginFolder", config.getValue("pluginFolder"));
    if (config.getValue("identity") instanceof JsonObject identity) {
      path("identity.file", identity.getValue("file"));
    }
    if (config.getValue("bridge") instanceof JsonObject bridge) {
      path("bridge.tokenFile", bridge.getValue("tokenFile"));
    }
    if (config.getValue("websocket") instanceof JsonObject webSocket) {
      webSocket.forEach(file -> path("websocket." + file.getKey(), file.getValue()));
    }
  }

  private void path(String path, Object value) {
    if (value instanceof String text && !isPath(text)) {
      wrong(path, "this system has no files with such a name");
    }
  }

  /** Whether the system could have such a file; on Unix only the character 0 is out of the question. */
  static boolean isPath(String text) {
    try {
      Path.of(text);
      return true;
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private void listen(Map<String, Multiaddr> seen) {
    List<String> paths = new ArrayList<>(seen.keySet());
    for (int i = 0; i < paths.size(); i++) {
      Multiaddr address = seen.get(paths.get(i));
      if (!isListenable(address)) {
        wrong(paths.get(i), address
            + " cannot be listened on, must be /ip4/…/tcp/… or /ip6/…/tcp/…, perhaps with /ws or /tls/ws behind");
        continue;
      }
      for (int j = 0; j < i; j++) {
        if (isListenable(seen.get(paths.get(j))) && TransportAddress.collide(seen.get(paths.get(j)), address)) {
          wrong(paths.get(i), address + " is already listened on by " + paths.get(j));
          break;
        }
      }
    }
  }

  /** A certificate without its key is of no use, nor is the other way round. */
  private void webSocket(Map<String, Multiaddr> listen) {
    JsonObject files = config.getValue("websocket") instanceof JsonObject webSocket ? webSocket : new JsonObject();
    boolean certificate = files.containsKey("certificate");
    if (certificate != files.containsKey("key")) {
      wrong("websocket", "has " + (certificate ? "a certificate and no key" : "a key and no certificate")
          + ", must have both or none");
    }
    if (!certificate) {
      listen.forEach((path, address) -> {
        if (isListenable(address)
            && TransportAddress.of(address).orElseThrow().kind() == TransportAddress.Kind.TLS_WS) {
          wrong(path, address + " needs a certificate: name the files of it and of its key, both PEM, in"
              + " websocket.certificate and websocket.key");
        }
      });
    }
  }

  private void announce() {
    addresses("announce").forEach((path, address) -> {
      if (address.value(Multiaddr.Protocol.TCP).filter("0"::equals).isPresent()) {
        wrong(path, address + " has no port that a peer could dial");
      }
    });
  }

  private void bootstrap() {
    Map<String, Multiaddr> seen = addresses("bootstrap");
    Map<String, String> first = new LinkedHashMap<>();
    seen.forEach((path, address) -> {
      String before = first.putIfAbsent(address.toString(), path);
      if (before != null) {
        wrong(path, address + " is the same as " + before);
      } else if (!address.has(Multiaddr.Protocol.TCP) && !address.has(Multiaddr.Protocol.DNSADDR)) {
        wrong(path, address + " cannot be dialled, only tcp is spoken");
      } else if (address.value(Multiaddr.Protocol.TCP).filter("0"::equals).isPresent()) {
        wrong(path, address + " has port 0, which nobody listens on");
      }
    });
  }

  private void gater() {
    if (!(config.getValue("gater") instanceof JsonObject gater)) {
      return;
    }
    Map<GateRule, String> first = new LinkedHashMap<>();
    for (String name : List.of("deny", "allow")) {
      for (int i = 0; gater.getValue(name) instanceof JsonArray list && i < list.size(); i++) {
        String path = "gater." + name + "[" + i + "]";
        if (!(list.getValue(i) instanceof String text)) {
          continue;
        }
        try {
          String before = first.putIfAbsent(GateRule.parse(text), path);
          if (before != null) {
            wrong(path, "\"" + text + "\" is the same as " + before);
          }
        } catch (FormatException e) {
          wrong(path, "\"" + text + "\": " + e.getMessage());
        }
      }
    }
  }

  private void connections() {
    if (config.getValue("connections") instanceof JsonObject connections
        && connections.getValue("low") instanceof Integer low && connections.getValue("high") instanceof Integer high
        && low > high) {
      wrong("connections.low", low + " is more than " + high + ", which is connections.high");
    }
  }

  private void dnsServer() {
    if (config.getValue("dnsServer") instanceof String server && !server.isEmpty() && !isAddressAndPort(server)) {
      wrong("dnsServer", "\"" + server + "\" is no ADDRESS:PORT such as 127.0.0.1:53 or [::1]:53");
    }
  }

  private static boolean isAddressAndPort(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    String ip = bracketed ? host.substring(1, host.length() - 1) : host;
    try {
      return text.substring(colon + 1).matches("[1-9]\\d{0,4}") && bracketed == ip.contains(":")
          && Multiaddr.tcp(ip, Integer.parseInt(text.substring(colon + 1))).ip().isPresent();
    } catch (IllegalArgumentException e) {
      return false; // neither an address nor a name, or no port
    }
  }

  private void plugins() {
    if (!(config.getValue("plugins") instanceof JsonArray plugins)) {
      return;
    }
    Map<String, String> first = new LinkedHashMap<>();
    for (int i = 0; i < plugins.size(); i++) {
      if (!(plugins.getValue(i) instanceof JsonObject plugin)) {
        continue;
      }
      String path = "plugins[" + i + "]";
      if (plugin.getValue("id") instanceof String id) {
        String before = first.putIfAbsent(id, path);
        if (before != null) {
          wrong(path + ".id", "\"" + id + "\" is already " + before);
        }
        if (PluginConfig.isTaken(id)) {
          wrong(path + ".id", "\"" + id + "\" is the name of an address of the node itself: choose another id");
        }
      }
      if ("virtual-thread".equals(plugin.getValue("threading")) && Runtime.version().feature() < 21) {
        wrong(path + ".threading", "virtual threads need Java 21 or later, this is " + Runtime.version().feature());
      }
    }
  }

  private Map<String, Multiaddr> addresses(String name) {
    Map<String, Multiaddr> addresses = new LinkedHashMap<>();
    if (config.getValue(name) instanceof JsonArray list) {
      for (int i = 0; i < list.size(); i++) {
        String path = name + "[" + i + "]";
        if (list.getValue(i) instanceof String text) {
          try {
            addresses.put(path, Multiaddr.parse(text));
          } catch (FormatException e) {
            wrong(path, "\"" + text + "\" is no multiaddr: " + e.getMessage());
          }
        }
      }
    }
    return addresses;
  }

  private void wrong(String path, String message) {
    mistakes.add(new Mistake(path, message));
  }

  private static boolean isListenable(Multiaddr address) {
    return TransportAddress.of(address).filter(at -> at.sniOrNull() == null && isIp(at)).isPresent()
        && address.peerId().isEmpty() && !address.has(Multiaddr.Protocol.IP6ZONE);
  }

  private static boolean isIp(TransportAddress at) {
    return at.to().family() == Multiaddr.Protocol.IP4 || at.to().family() == Multiaddr.Protocol.IP6;
  }
}
