// Makes the heads of every table marked data-sortable into buttons that sort it. A cell sorts by its data-key, or else by its text;
// an empty key is always last. Without this script the table is a plain table. The script may run any number of times.
(function () {
  function keyOf(row, column) {
    var cell = row.cells[column];
    return cell.hasAttribute('data-key') ? cell.getAttribute('data-key') : cell.textContent.trim();
  }

  function compare(a, b, column, sign) {
    var x = keyOf(a, column), y = keyOf(b, column);
    if (x === '' || y === '') { return (x === '') - (y === ''); }
    var difference = Number(x) - Number(y);
    return sign * (isNaN(difference) ? x.localeCompare(y, undefined, { numeric: true }) : difference);
  }

  Array.prototype.forEach.call(document.querySelectorAll('table[data-sortable]:not([data-sortable="on"])'), function (table) {
    table.setAttribute('data-sortable', 'on');
    var heads = Array.prototype.slice.call(table.tHead.rows[0].cells);
    function mark() {
      heads.forEach(function (head) {
        var state = head.getAttribute('aria-sort');
        head.querySelector('[data-arrow]').textContent = state === 'ascending' ? '\u00a0↑' : state === 'descending' ? '\u00a0↓' : '';
      });
    }

    heads.forEach(function (head, column) {
      var button = document.createElement('button'), arrow = document.createElement('span');
      button.type = 'button';
      button.style.cssText = 'background:none;border:0;margin:0;padding:0;font:inherit;color:inherit;text-align:inherit;cursor:pointer;white-space:nowrap;'
        + 'text-decoration:underline dotted;text-decoration-thickness:1px;text-underline-offset:.3em';
      button.title = 'Sort';
      while (head.firstChild) { button.appendChild(head.firstChild); }
      arrow.setAttribute('data-arrow', '');
      arrow.setAttribute('aria-hidden', 'true');
      arrow.style.display = 'inline-block';
      button.appendChild(arrow);
      head.appendChild(button);
      button.addEventListener('click', function () {
        var up = head.getAttribute('aria-sort') !== 'ascending', body = table.tBodies[0];
        heads.forEach(function (other) { other.removeAttribute('aria-sort'); });
        head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
        Array.prototype.slice.call(body.rows)
          .sort(function (a, b) { return compare(a, b, column, up ? 1 : -1); })
          .forEach(function (row) { body.appendChild(row); });
        mark();
      });
    });
    mark();
  });
})();
