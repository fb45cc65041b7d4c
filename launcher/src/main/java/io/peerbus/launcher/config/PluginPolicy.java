package io.peerbus.launcher.config;

import io.peerbus.crypto.KeyType;
import io.peerbus.crypto.PublicKey;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which plugin jars a node takes: {@code pluginPolicy} of its config. Immutable.
 *
 * @param publishers the peer ids of the Ed25519 keys whose signature counts; when empty, anybody's
 * @param signed whether a jar without a signature is refused
 * @param pins plugin ids, and for each the SHA-256 in hexadecimal of the only jar that may hold it
 */
public record PluginPolicy(List<PeerId> publishers, boolean signed, Map<String, String> pins) {

  /** Takes every sound jar; a signature that is there must be good. */
  public static final PluginPolicy OPEN = new PluginPolicy(List.of(), false, Map.of());

  private static final String PATH = "pluginPolicy";

  /** Its collections are copied. */
  public PluginPolicy {
    publishers = List.copyOf(publishers);
    pins = Map.copyOf(pins);
  }

  /** From JSON that {@link #check} has passed. */
  static PluginPolicy of(JsonObject json) {
    List<PeerId> publishers = new ArrayList<>();
    for (Object publisher : json.getJsonArray("publishers", new JsonArray())) {
      try {
        publishers.add(PeerId.parse((String) publisher));
      } catch (FormatException e) {
        throw new IllegalArgumentException(e);
      }
    }
    Map<String, String> pins = new LinkedHashMap<>();
    json.getJsonObject("pins", new JsonObject()).forEach(pin -> pins.put(pin.getKey(), (String) pin.getValue()));
    return new PluginPolicy(publishers, !publishers.isEmpty() || "required".equals(json.getString("signed")), pins);
  }

  /** What a schema cannot say of it. Values of a wrong type are passed over. */
  static List<Mistake> check(JsonObject json) {
    List<Mistake> mistakes = new ArrayList<>();
    boolean hasPublishers = json.getValue("publishers") instanceof JsonArray list && !list.isEmpty();
    if (hasPublishers) {
      checkPublishers(json.getJsonArray("publishers"), mistakes);
    }
    String demand = Boolean.TRUE.equals(json.getValue("production")) ? "production is true"
        : "required".equals(json.getValue("signed")) ? "signed is \"required\"" : null;
    if (demand != null && !hasPublishers) {
      mistakes.add(new Mistake(PATH, demand + ", but publishers names nobody whose signature would count: add the peer"
          + " ids that \"peerbus plugin sign\" printed"));
    }
    if ("optional".equals(json.getValue("signed")) && (hasPublishers || demand != null)) {
      mistakes.add(new Mistake(PATH + ".signed", "cannot be \"optional\" when "
          + (demand != null ? demand : "publishers are given") + ": leave it out"));
    }
    if (json.getValue("pins") instanceof JsonObject pins) {
      checkPins(pins, mistakes);
    }
    return mistakes;
  }

  private static void checkPublishers(JsonArray publishers, List<Mistake> mistakes) {
    List<PeerId> seen = new ArrayList<>();
    for (int i = 0; i < publishers.size(); i++) {
      if (publishers.getValue(i) instanceof String text) {
        String path = PATH + ".publishers[" + i + "]";
        try {
          PeerId publisher = PeerId.parse(text);
          byte[] key = publisher.inlinedKey();
          if (key == null || PublicKey.of(key).type() != KeyType.ED25519) {
            mistakes.add(new Mistake(path, text + " is not the peer id of an ed25519 key"));
          } else if (seen.contains(publisher)) {
            mistakes.add(new Mistake(path, text + " is there twice"));
          }
          seen.add(publisher);
        } catch (FormatException e) {
          mistakes.add(new Mistake(path, e.getMessage()));
        }
      }
    }
  }

  private static void checkPins(JsonObject pins, List<Mistake> mistakes) {
    pins.forEach(pin -> {
      String path = PATH + ".pins." + pin.getKey();
      if (!pin.getKey().matches("[a-z0-9][a-z0-9-]{0,62}")) {
        mistakes.add(new Mistake(path, "is no plugin id: small letters, digits and -, at most 63"));
      }
      if (!(pin.getValue() instanceof String hex) || !hex.matches("[0-9a-fA-F]{64}")) {
        mistakes.add(new Mistake(path, "is no SHA-256: 64 hexadecimal digits, as sha256sum prints them"));
      }
    });
  }
}
