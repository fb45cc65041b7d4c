package io.peerbus.bus;

/** The event bus addresses of one node, all under its name (BUS.md, "Addresses"). */
public record Addresses(String node) {

  /** The highest number of a plugin's seat; they begin with 1. */
  public static final int MAX_SEAT = 127;

  private String under(String name) {
    return "peerbus." + node + "." + name;
  }

  /** Requests to core, in JSON. */
  public String control() {
    return under("control");
  }

  /** Frames to the part of core that owns a connection. */
  public String data(int shard) {
    return under("data." + shard);
  }

  /** Frames to a plugin. */
  public String inbox(long client) {
    return under("inbox." + client);
  }

  /** Frames to one of a plugin's seats, 1 to {@link #MAX_SEAT}. */
  public String inbox(long client, int seat) {
    return inbox(client) + "." + seat;
  }

  /** No address: under this name the node's event loops are told inside of one Vert.x. */
  String loops() {
    return under("loops");
  }

  /** Requests to a plugin's JSON interface, from core's {@code Desk} to one client. */
  public String calls(long client) {
    return under("calls." + client);
  }

  /** Where a newer version of a plugin asks the older one for its streams. */
  public String succession(long client) {
    return under("succession." + client);
  }

  /** What happens in the node, published in JSON. */
  public String events() {
    return under("events");
  }

  /** What the node refuses, by limit, published in JSON. */
  public String refusals() {
    return under("refusals.events");
  }

  /** Whom the node has to do with, asked and changed in JSON. */
  public String gater() {
    return under("gater");
  }

  /** What the node does, in JSON. */
  public String stats() {
    return under("stats");
  }

  /** A plugin's own requests, in JSON. */
  public String plugin(String plugin) {
    return under(plugin);
  }
}
