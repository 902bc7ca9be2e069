/** A JSON reader in Java, whose library has none: objects are maps, lists are lists, all scalars are their text. */
export const jsonProgram = `
class Json {
  final String text;
  int at = 0;

  Json(String text) {
    this.text = text;
  }

  Object read() {
    Object value = value();
    if (peek() != 0) throw error();
    return value;
  }

  char peek() {
    while (at < text.length() && " \\t\\r\\n\\ufeff".indexOf(text.charAt(at)) >= 0) at++;
    return at < text.length() ? text.charAt(at) : 0;
  }

  Object value() {
    char next = peek();
    if (next == '"') return string();
    if (next == '{') {
      Map<String, Object> map = new LinkedHashMap<>();
      for (boolean more = open('}'); more; more = more('}')) {
        if (peek() != '"') throw error();
        String key = string();
        if (peek() != ':') throw error();
        at++;
        map.put(key, value());
      }
      return map;
    }
    if (next == '[') {
      List<Object> list = new ArrayList<>();
      for (boolean more = open(']'); more; more = more(']')) list.add(value());
      return list;
    }
    int start = at;
    while (at < text.length() && ",]} \\t\\r\\n".indexOf(text.charAt(at)) < 0) at++;
    String scalar = text.substring(start, at);
    if (!scalar.matches("-?\\\\d+(\\\\.\\\\d+)?([eE][+-]?\\\\d+)?|true|false|null")) throw error();
    return scalar.equals("null") ? null : scalar;
  }

  boolean open(char close) {
    at++;
    if (peek() != close) return true;
    at++;
    return false;
  }

  boolean more(char close) {
    char next = peek();
    at++;
    if (next == ',') return true;
    if (next == close) return false;
    throw error();
  }

  String string() {
    StringBuilder result = new StringBuilder();
    for (at++; at < text.length(); at++) {
      char next = text.charAt(at);
      if (next == '"') {
        at++;
        return result.toString();
      }
      if (next != '\\\\') {
        result.append(next);
        continue;
      }
      if (++at >= text.length()) throw error();
      char escaped = text.charAt(at);
      int index = "bfnrt".indexOf(escaped);
      if (escaped == 'u' && at + 4 < text.length()) {
        result.append((char) Integer.parseInt(text.substring(at + 1, at + 5), 16));
        at += 4;
      } else result.append(index < 0 ? escaped : "\\b\\f\\n\\r\\t".charAt(index));
    }
    throw error();
  }

  IllegalArgumentException error() {
    return new IllegalArgumentException("not JSON at character " + at);
  }
}
`;
