package io.peerbus.muxer;

/**
 * Why a muxer closes, as Yamux's GoAway frame says it and mplex cannot: 0 to 2 are those of the yamux spec, those from
 * 0x1000 on are go-libp2p's connection errors, any other number is possible on receipt.
 *
 * @param value 0 to 2^32-1
 */
public record CloseCode(long value) {

  public static final CloseCode NORMAL = new CloseCode(0);
  public static final CloseCode PROTOCOL_ERROR = new CloseCode(1);
  public static final CloseCode INTERNAL_ERROR = new CloseCode(2);
  public static final CloseCode NEGOTIATION_FAILED = new CloseCode(0x1000);
  public static final CloseCode RESOURCE_LIMIT = new CloseCode(0x1001);
  public static final CloseCode RATE_LIMITED = new CloseCode(0x1002);
  public static final CloseCode PROTOCOL_VIOLATION = new CloseCode(0x1003);
  public static final CloseCode SUPPLANTED = new CloseCode(0x1004);
  public static final CloseCode GARBAGE_COLLECTED = new CloseCode(0x1005);
  public static final CloseCode SHUTDOWN = new CloseCode(0x1006);
  public static final CloseCode GATED = new CloseCode(0x1007);
  public static final CloseCode OUT_OF_RANGE = new CloseCode(0x1008);

  private static final long MAX = 0xffff_ffffL;

  public CloseCode {
    if (value < 0 || value > MAX) {
      throw new IllegalArgumentException("value: " + value + " is not within 0 to " + MAX);
    }
  }

  @Override
  public String toString() {
    String name = name();
    String number = value < 0x1000 ? Long.toString(value) : "0x" + Long.toHexString(value);
    return name == null ? number : name + " (" + number + ")";
  }

  private String name() {
    if (value <= 2) {
      return switch ((int) value) {
        case 0 -> "normal";
        case 1 -> "protocol error";
        default -> "internal error";
      };
    }
    return switch ((int) value) {
      case 0x1000 -> "negotiation failed";
      case 0x1001 -> "resource limit";
      case 0x1002 -> "rate limited";
      case 0x1003 -> "protocol violation";
      case 0x1004 -> "supplanted";
      case 0x1005 -> "garbage collected";
      case 0x1006 -> "shutdown";
      case 0x1007 -> "gated";
      case 0x1008 -> "code out of range";
      default -> null;
    };
  }
}
