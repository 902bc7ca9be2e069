/**
 * The Java program that edits a `pom.xml`; a JDK is what every Maven build has. Arguments: the pom, a JSON file of
 * dependencies or "", the element they belong to or "", whether versions may go down, a JSON file of properties or "".
 */
export const pomProgram = `import java.io.StringWriter;
import java.nio.file.*;
import java.util.*;
import java.util.regex.*;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.*;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.*;

public class PatchPom {
  static Document document;

  public static void main(String[] arguments) throws Exception {
    Path pom = Paths.get(arguments[0]);
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
    factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
    factory.setNamespaceAware(true);
    document = factory.newDocumentBuilder().parse(pom.toFile());
    if (!arguments[4].isEmpty()) for (Map<?, ?> item : items(arguments[4])) setProperty(item, arguments[4]);
    if (!arguments[1].isEmpty()) {
      for (Map<?, ?> item : items(arguments[1])) setDependency(item, arguments[2], arguments[3].equals("true"), arguments[1]);
    }
    Transformer transformer = TransformerFactory.newInstance().newTransformer();
    transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
    StringWriter text = new StringWriter();
    transformer.transform(new DOMSource(document), new StreamResult(text));
    String all = "<?xml version=\\"1.0\\" encoding=\\"UTF-8\\"?>\\n" + text.toString().stripTrailing() + "\\n";
    Files.write(pom, all.getBytes("UTF-8"));
  }

  static void setProperty(Map<?, ?> item, String file) {
    Element properties = path("properties");
    Element property = child(properties, need(item, "property", file));
    if (property == null) property = add(properties, need(item, "property", file));
    property.setTextContent(need(item, "value", file));
  }

  static void setDependency(Map<?, ?> item, String key, boolean downgrade, String file) {
    String[] keys = key.isEmpty() ? new String[] {"dependencies", "dependencyManagement.dependencies"} : new String[] {key};
    for (String name : new String[] {"groupId", "artifactId", "version"}) need(item, name, file);
    boolean found = false;
    for (String name : keys) {
      Element list = key.isEmpty() ? existing(name) : path(name);
      if (list == null) continue;
      for (Element dependency : children(list, "dependency")) {
        if (!matches(dependency, item)) continue;
        Element version = child(dependency, "version");
        if (version == null && key.isEmpty()) continue;
        found = true;
        setVersion(dependency, version, need(item, "version", file), downgrade);
      }
    }
    if (found) return;
    Element dependency = add(path(key.isEmpty() ? "dependencyManagement.dependencies" : key), "dependency");
    for (String name : new String[] {"groupId", "artifactId", "version", "type", "classifier", "scope"}) {
      if (item.get(name) != null) add(dependency, name).setTextContent(item.get(name).toString());
    }
  }

  static void setVersion(Element dependency, Element version, String wanted, boolean downgrade) {
    if (version == null) version = add(dependency, "version");
    String now = version.getTextContent().trim();
    Matcher reference = Pattern.compile("\\\\$\\\\{([^}]+)\\\\}").matcher(now);
    Element properties = existing("properties");
    Element property = reference.matches() && properties != null ? child(properties, reference.group(1)) : null;
    if (property != null) now = property.getTextContent().trim();
    if (!downgrade && !now.isEmpty() && !now.contains("\${") && compare(now, wanted) > 0) {
      System.out.println("mvn/patch: " + text(dependency, "artifactId") + " stays at " + now + ", which is newer than " + wanted);
      return;
    }
    version.setTextContent(wanted);
  }

  static boolean matches(Element dependency, Map<?, ?> item) {
    for (String name : new String[] {"groupId", "artifactId", "type", "classifier"}) {
      Object wanted = item.get(name);
      if (wanted != null && !wanted.toString().equals(text(dependency, name))) return false;
    }
    return true;
  }

  static final List<String> qualifiers = List.of("alpha", "beta", "milestone", "rc", "cr", "snapshot", "", "final", "ga", "release", "sp");

  static final String separator = "[.-]|(?<=\\\\d)(?=[a-z])|(?<=[a-z])(?=\\\\d)";

  static int compare(String left, String right) {
    String[] a = left.toLowerCase(Locale.ROOT).split(separator);
    String[] b = right.toLowerCase(Locale.ROOT).split(separator);
    for (int i = 0; i < Math.max(a.length, b.length); i++) {
      String x = i < a.length ? a[i] : "", y = i < b.length ? b[i] : "";
      boolean xNumber = x.matches("\\\\d{1,18}"), yNumber = y.matches("\\\\d{1,18}");
      int order;
      if ((xNumber || x.isEmpty()) && (yNumber || y.isEmpty())) order = Long.compare(x.isEmpty() ? 0 : Long.parseLong(x), y.isEmpty() ? 0 : Long.parseLong(y));
      else if (xNumber != yNumber) order = xNumber ? 1 : -1;
      else order = rank(x) != rank(y) ? Integer.compare(rank(x), rank(y)) : rank(x) == qualifiers.size() ? x.compareTo(y) : 0;
      if (order != 0) return order;
    }
    return 0;
  }

  static int rank(String qualifier) {
    if (qualifier.equals("final") || qualifier.equals("ga") || qualifier.equals("release")) return qualifiers.indexOf("");
    int index = qualifiers.indexOf(qualifier);
    return index < 0 ? qualifiers.size() : index;
  }

  static Element existing(String dotted) {
    Element at = document.getDocumentElement();
    for (String name : dotted.split("\\\\.")) {
      at = child(at, name);
      if (at == null) return null;
    }
    return at;
  }

  static Element path(String dotted) {
    Element at = document.getDocumentElement();
    for (String name : dotted.split("\\\\.")) {
      Element next = child(at, name);
      at = next == null ? add(at, name) : next;
    }
    return at;
  }

  static Element add(Element parent, String name) {
    String indentation = "\\n";
    for (Node node = parent; node != document.getDocumentElement(); node = node.getParentNode()) indentation += "  ";
    Element element = document.createElementNS(document.getDocumentElement().getNamespaceURI(), name);
    Node last = parent.getLastChild();
    if (last != null && last.getNodeType() == Node.TEXT_NODE && last.getTextContent().isBlank()) parent.removeChild(last);
    parent.appendChild(document.createTextNode(indentation + "  "));
    parent.appendChild(element);
    parent.appendChild(document.createTextNode(indentation));
    return element;
  }

  static List<Element> children(Element parent, String name) {
    List<Element> found = new ArrayList<>();
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element && node.getLocalName().equals(name)) found.add((Element) node);
    }
    return found;
  }

  static Element child(Element parent, String name) {
    List<Element> found = children(parent, name);
    return found.isEmpty() ? null : found.get(0);
  }

  static String text(Element parent, String name) {
    Element found = child(parent, name);
    return found == null ? "" : found.getTextContent().trim();
  }

  static String need(Map<?, ?> item, String key, String file) {
    Object value = item.get(key);
    if (value == null) throw new IllegalArgumentException(file + ": an item has no " + key);
    return value.toString();
  }

  static List<Map<?, ?>> items(String file) throws Exception {
    Object parsed = new Json(Files.readString(Paths.get(file))).read();
    List<Map<?, ?>> items = new ArrayList<>();
    for (Object item : (List<?>) parsed) items.add((Map<?, ?>) item);
    return items;
  }
}
`;
