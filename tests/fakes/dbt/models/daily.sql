{{ config(materialized='incremental', unique_key='placed', incremental_strategy='merge') }}
select placed, count(*) as orders, sum(amount) as total from {{ ref('orders') }}
{% if is_incremental() %} where placed >= (select max(placed) from {{ this }}) {% endif %}
group by placed
