package io.peerbus.bus;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.HostEvent;
import io.peerbus.api.HostInfo;
import io.peerbus.api.PeerInfo;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The JSON of the event bus contract (BUS.md), both ways. Reading throws {@link FailureException} with
 * {@link Failure#BAD_REQUEST} that names the field.
 */
public final class BusJson {

  private BusJson() {}

  /** A required text. */
  public static String text(JsonObject json, String field) {
    Object value = json.getValue(field);
    if (value instanceof String text) {
      return text;
    }
    throw Failure.BAD_REQUEST.because("\"" + field + "\" must be a text, was " + value);
  }

  public static PeerId peer(JsonObject json, String field) {
    String text = text(json, field);
    try {
      return PeerId.parse(text);
    } catch (FormatException e) {
      throw Failure.BAD_REQUEST.because("\"" + field + "\": not a peer id: " + e.getMessage());
    }
  }

  public static Multiaddr address(String text) {
    try {
      return Multiaddr.parse(text);
    } catch (FormatException e) {
      throw Failure.BAD_REQUEST.because("not a multiaddr: " + e.getMessage());
    }
  }

  /** A list of texts; absent is empty. */
  public static List<String> texts(JsonObject json, String field) {
    Object value = json.getValue(field, new JsonArray());
    if (!(value instanceof JsonArray array)) {
      throw Failure.BAD_REQUEST.because("\"" + field + "\" must be a list, was " + value);
    }
    List<String> texts = new ArrayList<>(array.size());
    for (Object element : array) {
      if (!(element instanceof String text)) {
        throw Failure.BAD_REQUEST.because("\"" + field + "\" must hold texts only, holds " + element);
      }
      texts.add(text);
    }
    return texts;
  }

  public static List<Multiaddr> addresses(JsonObject json, String field) {
    List<Multiaddr> addresses = new ArrayList<>();
    for (String text : texts(json, field)) {
      addresses.add(address(text));
    }
    return addresses;
  }

  public static JsonArray array(List<?> values) {
    JsonArray array = new JsonArray();
    values.forEach(value -> array.add(value.toString()));
    return array;
  }

  public static JsonObject of(PeerInfo info) {
    return new JsonObject()
        .put("peer", info.peer().toString())
        .put("connected", info.connected())
        .put("inbound", info.inbound())
        .put("addresses", array(info.addresses()))
        .put("protocols", array(info.protocols()))
        .put("agentVersion", info.agentVersion())
        .put("protocolVersion", info.protocolVersion());
  }

  public static PeerInfo peerInfo(JsonObject json) {
    return new PeerInfo(
        peer(json, "peer"),
        json.getBoolean("connected", false),
        json.getBoolean("inbound", false),
        addresses(json, "addresses"),
        texts(json, "protocols"),
        json.getString("agentVersion", ""),
        json.getString("protocolVersion", ""));
  }

  public static JsonObject of(HostInfo info) {
    return new JsonObject()
        .put("id", info.id().toString())
        .put("publicKey", info.publicKey())
        .put("listenAddresses", array(info.listenAddresses()))
        .put("protocols", array(info.protocols()))
        .put("agentVersion", info.agentVersion())
        .put("protocolVersion", info.protocolVersion())
        .put("signedPeerRecord", info.signedPeerRecord());
  }

  public static HostInfo hostInfo(JsonObject json) {
    return new HostInfo(
        peer(json, "id"),
        json.getBuffer("publicKey"),
        addresses(json, "listenAddresses"),
        texts(json, "protocols"),
        json.getString("agentVersion"),
        json.getString("protocolVersion"),
        json.getBuffer("signedPeerRecord"));
  }

  public static JsonObject of(HostEvent event) {
    if (event instanceof HostEvent.Connected connected) {
      return new JsonObject().put("event", "connected")
          .put("peer", connected.peer().toString())
          .put("inbound", connected.inbound())
          .put("remoteAddress", connected.remoteAddress().toString());
    } else if (event instanceof HostEvent.Disconnected disconnected) {
      return new JsonObject().put("event", "disconnected")
          .put("peer", disconnected.peer().toString())
          .put("reason", disconnected.reason());
    } else if (event instanceof HostEvent.Identified identified) {
      return of(identified.peer()).put("event", "identified");
    } else if (event instanceof HostEvent.ListenAddressesChanged changed) {
      return new JsonObject().put("event", "listenAddressesChanged").put("addresses", array(changed.addresses()));
    } else if (event instanceof HostEvent.ProtocolsChanged changed) {
      return new JsonObject().put("event", "protocolsChanged").put("protocols", array(changed.protocols()));
    }
    throw new IllegalStateException("no JSON for " + event);
  }

  /** The event, or {@code null} for one that this version does not know. */
  public static HostEvent event(JsonObject json) {
    return switch (text(json, "event")) {
      case "connected" -> new HostEvent.Connected(
          peer(json, "peer"), json.getBoolean("inbound", false), address(text(json, "remoteAddress")));
      case "disconnected" -> new HostEvent.Disconnected(peer(json, "peer"), json.getString("reason", ""));
      case "identified" -> new HostEvent.Identified(peerInfo(json));
      case "listenAddressesChanged" -> new HostEvent.ListenAddressesChanged(addresses(json, "addresses"));
      case "protocolsChanged" -> new HostEvent.ProtocolsChanged(texts(json, "protocols"));
      default -> null;
    };
  }

  /** Reads a list of objects. */
  public static <T> List<T> list(JsonArray array, Function<JsonObject, T> read) {
    List<T> list = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      list.add(read.apply(array.getJsonObject(i)));
    }
    return list;
  }
}
